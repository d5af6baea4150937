import type { Client, Json } from '../client.js';
import { Failure, UsageError } from '../failure.js';
import { inYuan } from '../output.js';
import { doneBy, doneFacts, forOffice } from '../place.js';
import { effectWords, eventWordsOf, ineligibleWords, sourceWords } from '../words.js';
import type { Desk, Step } from './month-desk.js';
import { handsWords, shortRoot, type Chain } from './month-signing.js';
import { showThrough, signThrough, type Looked, type Signable } from './work-through.js';

type Signature = 'approval' | 'review' | 'authorisation';

const dutyOf = {
  approval: 'approver',
  review: 'reviewer',
  authorisation: 'authoriser',
} as const;
const verbOf = { approval: 'approve', review: 'review', authorisation: 'authorise' } as const;

/** Everything that waits for one's signature, as the inbox shows it. */
type Inbox = Readonly<{
  claims: readonly Readonly<{ claimNo: string; filedOn: string }>[];
  documents: readonly Readonly<{ kind: string; id: string; month: string }>[];
  proposals: readonly Readonly<{ proposalId: string; office: string; month: string }>[];
  accountChanges: readonly Readonly<{ personRef: string }>[];
}>;

type Finder = (desk: Desk, inbox: Inbox, signature: Signature) => Promise<readonly Signable[]>;

/** The steps that sign what waits in one's offices, case by case: what is named, or all of it. */
export const waitingSteps: Readonly<Record<string, Step>> = {
  ...bothHands('opening', openings, '期初花名册', 'opening rolls that wait'),
  ...bothHands('accounts', accountChanges, '账户变更', 'changes of account that wait'),
  ...bothHands('proposals', proposals, '审验处理建议', 'proposals of the verification that wait'),
  ...bothHands(
    'claims',
    claims,
    '申领（依法计算：核定或不予核定）',
    'claims that wait: award or reject, as the law gives',
  ),
  'authorise-claims': signing('authorise-claims', claims, 'authorisation', {
    zh: '审批待办的申领（一次性待遇、遗属待遇等的第四人）',
    en: 'authorise the claims that wait for a fourth hand',
  }),
};

function bothHands(noun: string, find: Finder, zh: string, en: string): Record<string, Step> {
  return {
    [`approve-${noun}`]: signing(`approve-${noun}`, find, 'approval', {
      zh: `审核待办的${zh}`,
      en: `approve the ${en}`,
    }),
    [`review-${noun}`]: signing(`review-${noun}`, find, 'review', {
      zh: `复核待办的${zh}`,
      en: `review the ${en}`,
    }),
  };
}

function signing(
  name: string,
  find: Finder,
  signature: Signature,
  words: Readonly<{ zh: string; en: string }>,
): Step {
  const run = async (desk: Desk): Promise<void> => {
    const { api, output, options } = desk;
    const { office, only, all = false } = options;
    if (all && only !== undefined)
      throw new UsageError('--all 和 --only 只用其一', 'Give either --all or --only');
    const within = office === undefined ? {} : { office };
    const inbox = await api.get('/api/v1/inbox', { duty: dutyOf[signature], ...within });
    const found = await find(desk, inbox as Inbox, signature);
    const scope = await forOffice(api, office, api.acting?.office ?? '');
    const told = {
      facts: () => doneFacts(api, scope),
      words: () => doneBy(api, scope),
    };
    if (!all && only === undefined) await showThrough(output, name, found, told);
    else await signThrough(output, name, only === undefined ? found : chosen(found, only), told);
  };
  return { ...words, takes: ['only', 'all'], run };
}

/** Those that were named; one that does not wait is told as refused. */
function chosen(found: readonly Signable[], only: readonly string[]): readonly Signable[] {
  return only.map((id) => found.find((one) => one.id === id) ?? { id, look: notWaiting });
}

function notWaiting(): Promise<never> {
  throw new Failure(
    'NOT_WAITING',
    '这一步没有它的待办 · it does not wait for this step of yours',
    '请看 yuejie month status，或核对编号和月份 · look at its number and the month',
  );
}

async function openings(
  { api, month }: Desk,
  { documents }: Inbox,
  signature: Signature,
): Promise<readonly Signable[]> {
  const cases: Signable[] = [];
  for (const { id, kind, month: of } of documents) {
    if (kind !== 'roll' || of !== month) continue;
    const path = `/api/v1/rolls/${id}`;
    const roll = await api.get(path);
    const { kind: rollKind, root, lines, amountFen, amountYuan, hands } = roll;
    if (rollKind !== 'opening') continue;
    const look = () => {
      const before = handsWords(roll as Chain);
      const sum = `${lines} 笔 lines  ${inYuan(amountYuan)}（${amountFen} 分 fen）`;
      const words = `${sum}  根 root ${shortRoot(root)}  签前 before: ${before}`;
      const body = { seen: { root, lines, amountFen } };
      const sign = () => api.put(`${path}/${signature}`, { body });
      return Promise.resolve({ facts: { lines, amountFen, amountYuan, root, hands }, words, sign });
    };
    cases.push({ id, look });
  }
  return cases;
}

async function accountChanges(
  { api }: Desk,
  inbox: Inbox,
  signature: Signature,
): Promise<readonly Signable[]> {
  return inbox.accountChanges.map(({ personRef }) => ({
    id: personRef,
    look: async () => {
      const path = `/api/v1/persons/${personRef}`;
      const { changeNo, sealedSha256, before, after } = await api.get(`${path}/account-change`);
      const change = `${path}/account-changes/${String(changeNo)}`;
      const words = `${shown(before)} → ${shown(after)}`;
      const sign = () => api.put(`${change}/${signature}`, { body: { sealedSha256 } });
      return { facts: { changeNo, before, after }, words, sign };
    },
  }));
}

/** An account as the server shows it: masked. */
function shown(account: unknown): string {
  if (account === null) return '–';
  const { bankCode, account: number, holder } = account as Json;
  return [bankCode, number, holder].map(String).join(' ');
}

type ProposalRow = Readonly<{ proposalId: string; nextStep: string | null }> & Json;

async function proposals(
  { api, month }: Desk,
  inbox: Inbox,
  signature: Signature,
): Promise<readonly Signable[]> {
  const mine = inbox.proposals.filter((one) => one.month === month);
  const cases: Signable[] = [];
  for (const office of new Set(mine.map((one) => one.office))) {
    const path = `/api/v1/verification/${office}/${month}`;
    const rows = (await api.get(path))['proposals'] as readonly ProposalRow[];
    for (const row of rows)
      if (row['status'] === 'open' && row.nextStep === verbOf[signature])
        cases.push(proposalCase(api, path, row, signature));
  }
  return cases;
}

function proposalCase(api: Client, path: string, row: ProposalRow, signature: Signature): Signable {
  const { proposalId, root, awardNo, personRef, event, eventOn, source, effect, clause } = row;
  const { fromMonth } = row;
  const facts = { awardNo, personRef, event, eventOn, source, effect, fromMonth, clause };
  const words = [
    `待遇 award ${String(awardNo)}`,
    `${effectWords(effect)}，自 from ${String(fromMonth)}`,
    `${eventWordsOf(event)} ${String(eventOn)}`,
    `来源 source ${sourceWords(source)}`,
    String(clause),
  ].join('  ');
  const body = { proposalId, root };
  const sign = () => api.put(`${path}/proposals/${signature}`, { body });
  return { id: proposalId, look: () => Promise.resolve({ facts, words, sign }) };
}

/** Claims filed up to the month; one that comes later has another month's list. */
async function claims(
  { api, month }: Desk,
  inbox: Inbox,
  signature: Signature,
): Promise<readonly Signable[]> {
  return inbox.claims
    .filter(({ filedOn }) => filedOn.slice(0, month.length) <= month)
    .map(({ claimNo }) => ({ id: claimNo, look: () => calculated(api, claimNo, signature) }));
}

type Calculated = Readonly<{
  finding: Readonly<{
    outcome: 'grant' | 'reject';
    reason?: string;
    calculation: Readonly<{
      paidMonths: number;
      months: number;
      monthlyYuan: string;
      amountYuan?: string;
      firstMonth: string;
      law: readonly string[];
      warnings: readonly string[];
    }>;
  }>;
  digest: string;
}>;

/** What the law gives is looked at first and signed as it was shown; a rejection is signed too. */
async function calculated(api: Client, claimNo: string, signature: Signature): Promise<Looked> {
  const path = `/api/v1/claims/${claimNo}`;
  const answer = await api.get(`${path}/calculation`);
  const { finding, digest } = answer as unknown as Calculated;
  const { outcome, reason, calculation } = finding;
  const body = signature === 'approval' ? { body: { outcome, digest } } : {};
  const sign = () => api.put(`${path}/${signature}`, body);
  const { paidMonths, months, monthlyYuan, firstMonth, law, warnings } = calculation;
  const { amountYuan } = calculation;
  const basis = `缴费 paid ${paidMonths} 个月 months`;
  const sum =
    amountYuan === undefined
      ? `${months} 个月 months × ${inYuan(monthlyYuan)}`
      : `一次性 once ${inYuan(amountYuan)}`;
  const words =
    outcome === 'grant'
      ? `核定 grant  ${sum}  自 from ${firstMonth}  ${basis}`
      : `不予核定 reject  ${ineligibleWords(reason)}  ${basis}`;
  const facts = { outcome, ...(reason === undefined ? {} : { reason }), ...calculation };
  const clauses = [...law, ...warnings].map((text) => `\n    ${text}`).join('');
  return { facts, words: words + clauses, sign };
}
