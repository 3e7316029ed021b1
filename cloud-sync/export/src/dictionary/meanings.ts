import type { Text } from '../errors.ts';

const said = (zh: string, en: string): Text => ({ zh, en });

const RECOMMENDED_BY = said(
  'model 模型、previous-model 上一个模型、co-occurrence 同购、popularity 热销。',
  'model, previous-model, co-occurrence or popularity.',
);

/** What each envelope column says. */
export const ENVELOPE_MEANINGS: Readonly<Record<string, Text>> = {
  store: said('门店编号。', 'The store.'),
  epoch: said(
    '门店日志的纪元：日志新建或从备份恢复后换新。',
    "The epoch of the store's journal: a new one begins when the journal is new or was restored from a backup.",
  ),
  stream: said(
    '事件流：sales、members、ops 或 presence。',
    'The stream: sales, members, ops or presence. Each has its own numbers.',
  ),
  seq: said(
    '流内序号，从 1 起连续；与 store、epoch、stream 一起是事件的主键。',
    'Number within store, epoch and stream, from 1 without holes; the four together are the key of an event.',
  ),
  event_id: said('事件的 UUID。', "The event's UUID."),
  event_type: said(
    '门店写入时的类型及其版本；列总是最新版本的。',
    'Type and version as the store wrote it; the columns are those of the newest version.',
  ),
  time: said('事件在门店发生的时间。', 'When it happened, by the store.'),
  received_at: said('总部收到的时间（总部时钟）。', "When the hub received it, by the hub's clock."),
  hash: said('门店所写信封文本的 SHA-256。', "SHA-256 over the envelope's bytes as the store wrote them."),
};

/** The place of a row of a list table in its list. */
export const LINE_NUMBER_MEANING = said('在该事件列表中的位置，从 1 起。', "Place in the event's list, from 1.");

/** Fields that mean the same wherever they occur. */
export const SHARED_MEANINGS: Readonly<Record<string, Text>> = {
  saleId: said('销售编号。', 'The sale.'),
  basketId: said('购物篮编号。', 'The basket.'),
  businessDate: said(
    '营业日（可跨过午夜）；也是分区日期。',
    'Business day, which may run past midnight; also the date of the partition.',
  ),
  terminalId: said('终端编号。', 'The terminal.'),
  cashierId: said('收银员的化名编号。', 'The cashier, by a pseudonymous id.'),
  receiptNumber: said('小票号。', 'Number on the receipt.'),
  memberId: said(
    '会员的化名编号，绝不是手机号；无则不是会员。',
    'The member, by a pseudonymous id, never a phone number.',
  ),
  shiftId: said('班次编号。', "The cashier's shift."),
  returnId: said('退货编号。', 'The return.'),
  returnedAt: said('退货完成的时间。', 'When the goods came back.'),
  lines: said('商品行。', 'The lines, one for each item.'),
  'lines[].lineId': said('行编号，在该销售内唯一。', 'The line, unique within its sale.'),
  'lines[].sku': said('商品编号。', 'Item number of the goods.'),
  'lines[].quantity': said('件数；称重商品为 1。', 'Pieces; 1 for goods sold by weight.'),
  'lines[].weightGrams': said('称重商品的重量。', 'Weight of goods sold by weight.'),
  'lines[].refundFen': said('该行退款。', 'Refunded for this line.'),
  tenders: said('支付方式；退货时为退款方式。', 'How it was paid; of a return, how it was paid back.'),
  'tenders[].kind': said(
    'token 电子支付、cash 现金、voucher 券、exchange 换货抵扣。',
    'token (card or wallet by its provider), cash, voucher, or exchange (goods given in exchange).',
  ),
  'tenders[].amountFen': said('金额。', 'The amount.'),
  'tenders[].token': said('支付机构的代号，绝不是卡号。', "The payment provider's token, never a card number."),
  gifts: said('赠品。', 'Gifts of promotions.'),
  'gifts[].campaignId': said('赠品所属的活动。', 'The campaign that gives it.'),
  'gifts[].sku': said('赠品的商品编号。', 'Item number of the gift.'),
  'gifts[].pieces': said('交出或收回的件数。', 'Pieces that were handed over, or brought back.'),
  refundFen: said('退款总额。', 'Handed out in all.'),
  at: said('发生的时间。', 'When it happened.'),
  sku: said('商品编号。', 'Item number.'),
};

/** The rest, by table. */
export const MEANINGS: Readonly<Record<string, Readonly<Record<string, Text>>>> = {
  sale_completed: {
    guest: said(
      '出示了当时无法核实的会员码：由总部找到会员并补记积分。',
      'A member code that could not be looked up at the till: HQ finds the member and gives the points.',
    ),
    'guest.codeHash': said('所示卡码的 SHA-256。', 'SHA-256 of the code on the card.'),
    'guest.shown': said('所示的动态码或数字码。', 'The rotating or numeric code as it was shown.'),
    'guest.at': said('出示的时间。', 'When it was shown.'),
    'guest.points': said('按通用规则应得的积分。', 'Points that the rule for everybody gives.'),
    completedAt: said('结账完成的时间。', 'When it was paid.'),
    lane: said('收银通道。', 'The lane.'),
    late: said('收银机离线时售出、之后补报。', 'Sold while the agent could not be reached, and told later.'),
    'lines[].department': said('部门。', 'Department of the item.'),
    'lines[].category': said('品类。', 'Category of the item.'),
    'lines[].listFen': said('优惠前的行金额。', 'The line before promotions.'),
    'lines[].payableFen': said('优惠后的行金额。', 'The line after promotions.'),
    'lines[].adjustments': said('该行的优惠。', 'What promotions took off the line.'),
    'lines[].adjustments[].campaignId': said('活动编号。', 'The campaign.'),
    'lines[].adjustments[].couponId': said('所用的券。', 'The coupon that was used.'),
    'lines[].adjustments[].amountFen': said('优惠金额（正数为减）。', 'Taken off; a positive amount lowers the price.'),
    'lines[].priceSet': said(
      '价格不是商品资料中的价格时，由谁定价。',
      "Who set the price, where it is not the item master's.",
    ),
    'lines[].priceSet.by': said(
      'override 改价、open 手输价、pos 外部收银系统。',
      'override (changed at the till), open (keyed), or pos (another POS system).',
    ),
    'lines[].priceSet.reason': said('改价原因。', 'Why it was changed.'),
    'lines[].priceSet.approvedBy': said('批准人的化名编号。', 'Who approved it, by a pseudonymous id.'),
    'lines[].priceSet.masterFen': said(
      '商品资料中的单价（称重商品为每公斤）。',
      "The item master's price of one unit, or of a kilogram of goods sold by weight.",
    ),
    'lines[].unknown': said('商品资料中没有该条码。', 'The code was not in the item master.'),
    coupons: said('使用的券。', 'Coupons that were used.'),
    listFen: said('优惠前的总额。', 'The sale before promotions.'),
    savingsFen: said('优惠总额。', 'Saved by promotions in all.'),
    payableFen: said('优惠后的总额。', 'The sale after promotions.'),
    totalFen: said(
      '实收总额；仅在价外加税使其与 payable_fen 不同时有。',
      'What was to be paid; only where tax on top makes it differ from payable_fen.',
    ),
    roundingFen: said('现金抹零，可为负。', 'Rounding of cash; may be negative.'),
    pointsEarned: said('获得的积分。', 'Points earned.'),
    pointsSpent: said(
      '抵用的积分；其抵扣金额在优惠里。',
      'Points that paid a part; what they paid is among the adjustments.',
    ),
    policyVersion: said('促销规则的版本。', 'Version of the promotion policy.'),
    campaignSetVersion: said('生效的活动集版本。', 'Version of the campaign set in force.'),
    priceVersion: said('生效的价格版本。', 'Version of the prices in force.'),
    priceOwner: said(
      '谁定价：tillside（空值同此）、pos-adjusts、pos-reports。',
      'Who owns the price: tillside (also when empty), pos-adjusts, pos-reports.',
    ),
    source: said('经由哪种适配器到达；空为本系统接口。', "The adapter it came by; empty: the agent's own API."),
    personalised: said(
      '会员的标签和分群是否参与了这次优惠计算；非会员或补报的为空。',
      "Whether the member's tags and segments counted in the decision; empty where nobody was a member or the sale was told.",
    ),
  },
  sale_returned: {
    payFen: said(
      '退货反而需要顾客补付的金额。',
      'Asked of the shopper instead, where the return costs more than it gives back.',
    ),
    heldBackFen: said('因优惠条件不再满足而扣回。', 'Held back because a promotion no longer holds.'),
    giftChargeFen: said('未退回赠品的扣款。', 'Charged for gifts that were kept.'),
    pointsGivenBack: said('退还的积分。', 'Points given back.'),
    couponsBack: said('退还的券。', 'Coupons given back.'),
    reason: said('退货原因。', 'Why it came back.'),
    exchangeSaleId: said('换成的新销售。', 'The sale that the goods were exchanged into.'),
  },
  goods_returned: {
    basis: said(
      'no-receipt 无小票、other-store 他店销售、reported 外部系统告知。',
      'no-receipt, other-store (a sale of another store), or reported (told by another POS system).',
    ),
    reason: said('退货原因。', 'Why it came back.'),
    approvedBy: said('批准人的化名编号。', 'Who approved it, by a pseudonymous id.'),
    saleStoreId: said('原销售的门店。', 'The store of the sale.'),
    pointsTakenBack: said('收回的积分。', 'Points taken back.'),
  },
  coupon_redeemed: {
    couponId: said('券编号。', 'The coupon.'),
    campaignId: said('活动编号。', 'The campaign it belongs to.'),
    amountFen: said('券的优惠金额。', 'What it took off.'),
  },
  coupon_claimed: {
    couponId: said('券编号，由活动和会员得出。', 'The coupon; its id is made of campaign and member.'),
    campaignId: said('活动编号。', 'The campaign it belongs to.'),
  },
  day_closed: {
    sales: said('该终端当日销售笔数。', 'Sales of the terminal on that day.'),
    returns: said('退货笔数。', 'Returns.'),
    payableFen: said('销售减退货的净额。', 'Sales less returns.'),
    tenders: said('按支付方式的金额。', 'Amount by kind of tender.'),
    agreed: said('本系统与收银机的数字一致。', "Ours and the till's figures agree."),
    differences: said('不一致之处。', 'Where they differ.'),
    'differences[].what': said('哪一项。', 'Which figure.'),
    'differences[].oursFen': said('本系统的数。', 'Ours.'),
    'differences[].posFen': said('收银机的数。', "The till's."),
    zNumber: said('Z 报表号。', 'Number of the Z report.'),
    refundTenders: said('按支付方式的退款。', 'Refunds by kind of tender.'),
    promotions: said('按活动的优惠金额。', 'Saved by each campaign.'),
  },
  member_joined: {
    joinedAt: said('入会时间。', 'When the member joined.'),
    channel: said('入会渠道。', 'Where the member joined.'),
    tier: said('会员等级。', 'Tier of the member.'),
    codeHash: said('卡码的 SHA-256。', 'SHA-256 of the code on the card.'),
    publicKey: said('会员手机的公钥，base64url。', "Public key of the member's phone, base64url."),
    claimHash: said(
      '手机登记密钥所用一次性口令的 SHA-256。',
      'SHA-256 of the one-time word by which the phone registers its key.',
    ),
    claimUntil: said('该口令的有效期。', 'Until when that word is good.'),
    household: said('家庭编号。', 'The household.'),
    phoneVerified: said(
      '手机号是否已用验证码验证；空：没有要求验证。',
      'Whether the phone was proven by a code; null: nobody asked.',
    ),
    consents: said('入会时给出的同意。', 'Consents given on joining.'),
    'consents[].purpose': said('用途。', 'What for.'),
    'consents[].granted': said('是否同意。', 'Granted or refused.'),
    'consents[].textVersion': said('所见文本的版本。', 'Version of the text that was shown.'),
    'consents[].at': said('表示的时间。', 'When it was said.'),
    profile: said(
      '个人信息，以会员自己的密钥密封；密钥不在导出里，删除密钥即删除个人信息。',
      "Personal fields, sealed under the member's own key. The key is never exported: erasing it erases the person.",
    ),
    'profile.alg': said('密封算法。', 'How it is sealed.'),
    'profile.iv': said('初始向量，base64url。', 'Initialisation vector, base64url.'),
    'profile.box': said('密文与校验标签，base64url。', 'Ciphertext and tag, base64url.'),
  },
  points_moved: {
    entries: said('积分分录。', 'Entries of the points ledger.'),
    'entries[].entryId': said(
      '分录编号，由其事由构成：同一事由只有一条。',
      'The entry, named by its cause: one cause, one entry.',
    ),
    'entries[].memberId': said('会员的化名编号。', 'The member, by a pseudonymous id.'),
    'entries[].kind': said(
      'open 期初、earn 获得、burn 使用、adjust 调整、reverse 冲回。',
      'open (a balance from elsewhere), earn, burn, adjust, or reverse.',
    ),
    'entries[].points': said('积分数；仅调整可为负。', 'Points; below 0 of adjustments only.'),
    'entries[].at': said('发生的时间。', 'When it happened.'),
    'entries[].availableAt': said('何时起可用。', 'From when they may be spent.'),
    'entries[].expiresAt': said('何时过期；无则不过期。', 'When they expire; absent: never.'),
    'entries[].of': said('被冲回的分录。', 'The entry that is reversed.'),
    'entries[].reason': said('调整的原因。', 'Why it was adjusted.'),
  },
  member_keyed: {
    publicKey: said('会员手机的公钥，base64url。', "Public key of the member's phone, base64url."),
    claimHash: said('一次性绑定码的 SHA-256。', 'SHA-256 of a one-time word that binds a phone.'),
    claimUntil: said('绑定码的期限。', 'Until when the word is good.'),
  },
  member_corrected: {
    profile: said('更正后的个人信息，密封。', 'Personal fields once corrected, sealed.'),
    'profile.alg': said('密封算法。', 'How it is sealed.'),
    'profile.iv': said('初始向量，base64url。', 'Initialisation vector, base64url.'),
    'profile.box': said('密文与校验标签，base64url。', 'Ciphertext and tag, base64url.'),
    by: said('谁提出更正。', 'Who asked for it.'),
    phoneVerified: said(
      '否：手机号已换或已取走，尚未验证。',
      'False: the phone is another or gone, and none is proven.',
    ),
  },
  member_verified: {},
  member_accessed: {
    staffId: said('员工的化名编号。', 'The member of staff, by a pseudonymous id.'),
    what: said('做了什么。', 'What was done.'),
    reason: said('理由。', 'Why.'),
  },
  member_erased: { by: said('谁提出删除。', 'Who asked for it.') },
  consent_changed: {
    purpose: said('用途。', 'What for.'),
    granted: said('是否同意。', 'Granted or withdrawn.'),
    textVersion: said('所见文本的版本。', 'Version of the text that was shown.'),
  },
  basket_cancelled: {
    listFen: said('取消时购物篮优惠前的金额。', 'The basket before promotions when it was cancelled.'),
  },
  desired_applied: {
    kind: said('总部下发状态的种类。', "Kind of HQ's state."),
    version: said('版本。', 'Its version.'),
    sha256: said('内容的 SHA-256。', 'SHA-256 of its content.'),
    outcome: said('已生效或被拒绝。', 'Applied or refused.'),
    code: said('拒绝的错误码。', 'Error code of a refusal.'),
    message: said('拒绝的说明。', 'What a refusal said.'),
    byDelta: said(
      '是否以增量到达；第 1 版事件没有此项，记为否。',
      'Came as a delta; false for events of version 1, which had none.',
    ),
  },
  model_changed: {
    version: said('总部签发的模型版本。', "Version of HQ's signed model."),
    modelId: said('模型编号。', 'The model.'),
    stage: said(
      'shadow 旁路试算、share 部分购物篮、watch 上线观察、in-service 正式使用、rolled-back 已自动退回、superseded 被更新的模型取代。',
      'shadow, share, watch, in-service, rolled-back or superseded.',
    ),
    sharePercent: said('看到其推荐的购物篮，百分之几。', 'Of a hundred baskets, those that see its answers.'),
    questions: said('上一阶段回答的请求数。', 'Questions of the stage before.'),
    failed: said('其中没能回答的。', 'Of them, those it could not answer.'),
    late: said('其中超时的。', 'Of them, those it was late for.'),
    crashes: said('推理进程崩溃次数。', 'How often its process died.'),
    overlapPercent: said(
      '与原模型首选商品的重合，百分之几。',
      'Of its first items, how many in a hundred the model before chose too.',
    ),
    code: said('退回的原因。', 'Why it was rolled back.'),
  },
  recommendation_served: {
    recommendationId: said('推荐编号。', 'The recommendation.'),
    channel: said('展示在收银台或自助屏。', 'Shown at the till or the kiosk.'),
    source: RECOMMENDED_BY,
    modelId: said('模型编号。', 'The model.'),
    skus: said('推荐的商品，按名次。', 'Item numbers, best first.'),
    policy: said('排序规则的版本。', 'Version of the rules that ranked what the model proposed.'),
    shown: said('与 skus 逐一对应。', 'Of each of skus, in the same order.'),
    'shown[].reason': said('推荐理由的代码。', 'Code of the reason that was shown.'),
    'shown[].propensityPpm': said(
      '按排序规则，该商品出现在该位置的概率，百万分之几。',
      'Probability that the rules show this item at this place, in millionths.',
    ),
    'shown[].explored': said('为探索而展示，不因得分。', 'Shown to explore, not for its score.'),
  },
  recommendation_outcome: {
    recommendationId: said(
      '推荐编号；归于最近一次展示该商品的推荐。',
      'The recommendation: the newest that showed the item.',
    ),
    channel: said('展示在收银台或自助屏。', 'Shown at the till or the kiosk.'),
    source: RECOMMENDED_BY,
    modelId: said('模型编号。', 'The model.'),
    outcome: said(
      'added 加入购物篮、removed 又取出、bought 已购买。',
      'added to the basket, removed from it again, or bought.',
    ),
    skus: said('商品编号。', 'Item numbers.'),
  },
  label_shown: {
    tagId: said('价签编号。', 'The shelf label.'),
    priceFen: said('价签上的价格。', 'Price that it shows.'),
    imageHash: said('画面的哈希。', 'Hash of the picture.'),
  },
  promotion_changed: {
    campaignId: said('活动编号。', 'The campaign.'),
    staffId: said('店员的化名编号。', 'Who changed it, by a pseudonymous id.'),
    percentOffBasisPoints: said('折扣。', 'Discount.'),
    until: said('有效至。', 'Until when.'),
  },
  device_changed: {
    deviceId: said('设备编号。', 'The device.'),
    state: said('新状态。', 'Its new state.'),
    code: said('错误码。', 'Error code.'),
  },
  item_unknown: {
    gtin: said('条码。', 'The code that was scanned.'),
    sold: said('仍然售出。', 'It was sold all the same.'),
  },
  items_imported: {
    priceVersion: said('导入后的价格版本。', 'Version of the prices after it.'),
    accepted: said('接受的行数。', 'Rows taken.'),
    rejected: said('拒绝的行数。', 'Rows refused.'),
  },
  stream_shed: {
    stream: said('因磁盘配额而放弃事件的流。', 'The stream that events were given up of.'),
    fromSeq: said('放弃的第一个序号。', 'First number given up.'),
    toSeq: said('放弃的最后一个序号。', 'Last number given up.'),
    prevhash: said('第一个被放弃事件所指的哈希。', 'Hash that the first of them points back to.'),
    lastHash: said('最后一个被放弃事件的哈希。', 'Hash of the last of them.'),
    reason: said('原因。', 'Why.'),
  },
  presence_counted: {
    zone: said('区域。', 'The zone.'),
    windowStart: said('窗口起点。', 'Where the window begins.'),
    windowMs: said('窗口长度。', 'How long it is.'),
    devices: said('设备数：相对热度，不是人数。', 'Devices: a relative occupancy, not people.'),
    associated: said('其中已连店内 Wi-Fi 的。', "Of these, on the store's own Wi-Fi."),
    randomised: said('其中使用随机地址的。', 'Of these, with a randomised address.'),
  },
};
