/** English sentences about one of something; the rest stand in en.ts, and Chinese needs none. Merged over en by main. */
export const enOne = {
  front: {
    firstDays_one: 'Only {{count}} business day before this one: too few to say what is usual.',
    quarantined_one: '{{count}} event could not be read and was put aside',
    exact_one: 'Counted, not estimated: the one sale the hub has acknowledged.',
  },
  store: {
    headlineLive_one: '{{count}} store on the line',
    conflicts_one:
      '{{count}} position came with different events: this store was restored from a backup and opened a new epoch.',
  },
  campaign: {
    headline_one: '{{name}} in force in {{count}} store',
    headlinePending_one: '{{name}} on the way to {{count}} store',
    headlineRefused_one: '{{count}} store refused {{name}}',
    memberPrices_one: '{{count}} product',
    lots_one: '{{count}} lot',
    nearBirthday_one: 'within a day of the birthday',
  },
  draft: {
    push_one: 'Push {{count}} campaign',
    carried_one: 'The one campaign in force is carried over.',
    findingErrors_one: '{{count}} thing must be mended, or the hub will not push this',
    findingWarnings_one: '{{count}} thing to look at once more',
  },
  segment: {
    headlineFew_one: '{{count}} member has bought: too few to tell apart',
    centreWords_one: '{{days}} days since the last visit, one order of {{basket}}',
    runningCount_one: '{{number}} member',
    moreStores_one: 'One more store is not listed.',
  },
  member: {
    storeLine_one: 'one order, {{when}}',
    proofAt_one: 'Erased {{when}}, asked for by {{by}}. HQ destroyed one key.',
  },
  hook: {
    headline_one: 'One system hears of members at once',
    headlineWaiting_one: 'One message is not delivered yet',
    headlineDead_one: 'One message could not be delivered and was given up',
    replayed_one: 'One message will be sent again.',
  },
  model: {
    headlineOne_one: '{{count}} model held',
    trainingOn_one: '{{count}} sale',
    pushTo_one: 'Push to {{count}} store',
    rollBackOf_one: 'Back in {{count}} store',
  },
  stage: { sum: { 'in-service_one': 'in service in one store' } },
  rule: { shown_one: '{{count}} rule' },
  event: {
    pointsMoved_one: 'A member’s points changed',
    sale_one: 'Sold {{count}} line for {{amount}}',
    saleLate_one: 'Sold earlier, posted late: {{count}} line for {{amount}}',
    recommended_one: 'Recommended {{count}} product',
    recommendedThen: {
      added_one: '{{count}} recommended product was put into a basket',
      removed_one: '{{count}} recommended product was taken out of a basket again',
      bought_one: '{{count}} recommended product was bought',
    },
    presence_one: 'Footfall in {{zone}}: about {{count}} device',
  },
};
