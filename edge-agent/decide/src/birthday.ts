const DAY_MS = 86_400_000;

const isLeap = (year: number): boolean => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;

/** Midnight (UTC) of the day on which a birthday is kept in a year: 29 February on the 28th where there is none. */
function keptOn(birthday: string, year: number): number {
  const [month, day] = birthday.split('-').map(Number) as [number, number];
  return Date.UTC(year, month - 1, month === 2 && day === 29 && !isLeap(year) ? 28 : day);
}

/** Whether a birthday (MM-DD) is at most so many days before or after a date (YYYY-MM-DD), over the turn of the year as well. */
export function isNearBirthday(birthday: string, date: string, days: number): boolean {
  const todayMs = Date.parse(`${date}T00:00:00Z`);
  const year = Number(date.slice(0, 4));
  return [year - 1, year, year + 1].some((each) => Math.abs(keptOn(birthday, each) - todayMs) <= days * DAY_MS);
}
