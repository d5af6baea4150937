import type { AuditedAward, Line } from './audited-award.js';
import { PostedSet } from './postings.js';
import { amount, count, monthsApart, text, type Json } from './raw.js';

/** Open lines of one benefit item, for one reason, first due as many months ago. Amounts in fen. */
export type UnpaidGroup = Readonly<{
  item: string;
  reason: string;
  age: number;
  lines: number;
  amountFen: bigint;
}>;

/** The open lines of an office on the day of its cut, counted one by one, never a difference. */
export class UnpaidCount {
  private readonly groups = new Map<string, UnpaidGroup>();
  readonly lines = new PostedSet();

  add(award: AuditedAward, line: Line, cut: Readonly<{ month: string; on: string }>): void {
    const { item, amountFen, rollMonth, month, lineId } = line;
    const reason = reasonOf(award, line, cut.on);
    const age = monthsApart(rollMonth, cut.month);
    this.addGroup({ item, reason, age, lines: 1, amountFen });
    const names = [award.awardNo, lineId, item, month, rollMonth];
    this.lines.add([...names, String(amountFen), reason, String(age)].join('\n'));
  }

  addGroup(group: UnpaidGroup): void {
    const { item, reason, age, lines, amountFen } = group;
    const key = `${item} ${reason} ${age}`;
    const known = this.groups.get(key) ?? { item, reason, age, lines: 0, amountFen: 0n };
    const total = { lines: known.lines + lines, amountFen: known.amountFen + amountFen };
    this.groups.set(key, { ...known, ...total });
  }

  all(): readonly UnpaidGroup[] {
    return [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }

  /** The first group in which the two differ; undefined when they are equal. */
  differenceFrom(other: UnpaidCount): Readonly<Record<string, string>> | undefined {
    for (const key of [...new Set([...this.groups.keys(), ...other.groups.keys()])].sort()) {
      const [stated, counted] = [this.groups.get(key), other.groups.get(key)];
      const isSame =
        (stated?.lines ?? 0) === (counted?.lines ?? 0) &&
        (stated?.amountFen ?? 0n) === (counted?.amountFen ?? 0n);
      if (!isSame) return { group: key, stated: figures(stated), counted: figures(counted) };
    }
    return undefined;
  }
}

/** As a close states a group. @throws Unreadable */
export function groupOf(data: Json): UnpaidGroup {
  return {
    item: text(data, 'item'),
    reason: text(data, 'reason'),
    age: count(data, 'age'),
    lines: count(data, 'lines'),
    amountFen: amount(data, 'amountFen'),
  };
}

/** The same key as an open line has, from a line of the close's own list. @throws Unreadable */
export function closingKey(line: Json): string {
  const names = ['award', 'line', 'item', 'month', 'rollMonth'].map((field) => text(line, field));
  const amountFen = String(amount(line, 'amountFen'));
  return [...names, amountFen, text(line, 'reason'), String(count(line, 'age'))].join('\n');
}

/**
 * Why a line is unpaid on the day, the weightiest reason first: on its way, held, left by a death
 * to nobody named yet, no account or one that has failed, an award that ended before that month, an
 * account that cools or waits for its review, taken off a batch; and otherwise nothing but a
 * signature is missing.
 */
export function reasonOf(award: AuditedAward, line: Line, on: string): string {
  if (line.state === 'instructed') return 'in-transit';
  const hold = line.hold ?? award.holds.find(({ from }) => from <= line.month)?.reason;
  if (hold !== undefined) return hold === 'hit-hold' ? 'verification-hold' : hold;
  const { account, endedFrom } = award;
  if (award.endedBy === 'died' && award.payeeNamed !== true) return 'survivors';
  if (account === undefined) return 'account-missing';
  if (line.badAccount === account.accountRef) {
    return line.state === 'failed' || line.state === 'returned' ? line.state : 'account-missing';
  }
  if (endedFrom !== undefined && line.month >= endedFrom) return 'disputed';
  if (account.usableFrom > on) return 'account-cooling';
  if (award.shared) return 'disputed';
  return line.state === 'stop-list' ? 'stop-list' : 'awaiting-approval';
}

function figures(group: UnpaidGroup | undefined): string {
  return group === undefined ? '0/0' : `${group.lines}/${group.amountFen}`;
}
