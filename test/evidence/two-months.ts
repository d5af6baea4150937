import { LogBuilder, type Data, type Kept } from './log-builder.js';
import { accountChange, claim, hand, office, plan, pool, proposal, staff } from './chains.js';

export const monthlyFen = 241_200n;

type Figures = readonly [lines: number, personMonths: number, amountFen: bigint];

export function sheet(cells: Readonly<Record<string, Figures>>): Data {
  const entries = Object.entries(cells).map(([column, [lines, personMonths, amountFen]]) => {
    return [column, { lines, personMonths, amountFen: String(amountFen) }];
  });
  return entries.length === 0 ? {} : { benefit: Object.fromEntries(entries) as Data };
}

/** So many whole benefit months. */
export function months(count: number): Figures {
  return [count, count, BigInt(count) * monthlyFen];
}

/**
 * October and November of one office: three claims, two rolls, a failed payment that is paid on a
 * corrected account, a return after the close, a stop, a line taken off a batch, and both closes.
 */
export function twoMonths(): LogBuilder {
  const log = new LogBuilder();
  staff(log);
  for (const no of [1, 2, 3]) claim(log, no);
  plan(log, '2026-10', 1_000_000n);
  openMonth(log, '2026-10');
  october(log);
  openMonth(log, '2026-11');
  november(log);
  return log;
}

function openMonth(log: LogBuilder, month: string): void {
  const data = { office, pool, month, provisional: true, on: `${month}-01` };
  log.add(`month-${office}-${month}`, 'MonthOpened', data);
}

function october(log: LogBuilder): void {
  const stream = `month-${office}-2026-10`;
  const opening = { month: '2026-10', sheet: {}, availableFen: '0', from: 'nothing' };
  log.add(stream, 'OpeningBrought', opening);
  allot(log, '2026-10', 1_000_000n);
  roll(log, '2026-10', [1, 2, 3]);
  batch(log, '2026-10', [
    { no: 1, lines: ['2026-10'], account: 'account-1' },
    { no: 2, lines: ['2026-10'], account: 'account-2' },
    { no: 3, lines: ['2026-10'], account: 'account-3' },
  ]);
  receipt(log, '2026-10', [
    { no: 1, of: '2026-10', post: 'paid', lines: 1 },
    { no: 2, of: '2026-10', post: 'failed', lines: 1 },
    { no: 3, of: '2026-10', post: 'paid', lines: 1 },
  ]);
  close(log, '2026-10', {
    sheet: sheet({ due: months(3), paid: months(2) }),
    availableFen: 1_000_000n - 2n * monthlyFen,
    open: [{ award: 'C2', line: '2026-10', reason: 'failed', age: 0 }],
    receipts: { paid: 2, returned: 0 },
  });
}

function november(log: LogBuilder): void {
  const carried = sheet({ opening: months(1) });
  const availableFen = String(1_000_000n - 2n * monthlyFen);
  const opening = { month: '2026-11', sheet: carried, availableFen, from: 'close' };
  log.add(`month-${office}-2026-11`, 'OpeningBrought', opening);
  plan(log, '2026-11', 1_000_000n);
  allot(log, '2026-11', 1_000_000n);
  accountChange(log, 2);
  roll(log, '2026-11', [1, 2, 3]);
  returned(log);
  stop(log);
  batch(log, '2026-11', [
    { no: 2, lines: ['2026-10', '2026-11'], account: 'account-2b' },
    { no: 3, lines: ['2026-11'], account: 'account-3' },
  ]);
  receipt(log, '2026-11', [{ no: 2, of: '2026-11', post: 'paid', lines: 2 }], 'B-2026-11');
  close(log, '2026-11', {
    sheet: sheet({
      opening: months(1),
      due: months(3),
      returned: months(1),
      decreases: months(1),
      paid: months(2),
    }),
    availableFen: 2_000_000n - 3n * monthlyFen,
    open: [
      { award: 'C3', line: '2026-11', reason: 'stop-list', age: 0 },
      { award: 'C3', line: '2026-10', reason: 'returned', age: 1 },
    ],
    receipts: { paid: 2, returned: 1 },
  });
}

function allot(log: LogBuilder, month: string, amountFen: bigint): void {
  const data = { month, planId: `${pool}-${month}-1`, amountFen: String(amountFen) };
  log.add(`month-${office}-${month}`, 'AllotmentReceived', data);
}

function admit(
  log: LogBuilder,
  month: string,
  of: Readonly<{ id: string; kind: string; kept: Kept; reservedFen?: bigint }>,
): void {
  const { id, kind, kept, reservedFen = 0n } = of;
  const data = { month, documentId: id, kind, ...kept, sheet: {}, reservedFen: `${reservedFen}` };
  log.add(`month-${office}-${month}`, 'DocumentAdmitted', data);
}

function discharge(
  log: LogBuilder,
  month: string,
  of: Readonly<{ id: string; posted: number; sheet: Data; releasedFen?: bigint }>,
): void {
  const { id, posted, releasedFen = 0n } = of;
  const data = { month, documentId: id, posted, refused: 0, sheet: of.sheet };
  const released = { ...data, releasedFen: String(releasedFen) };
  log.add(`month-${office}-${month}`, 'DocumentDischarged', released);
}

function roll(log: LogBuilder, month: string, awards: readonly number[]): void {
  const id = `R-${month}`;
  const no = month === '2026-10' ? 1 : 2;
  const amountFen = String(monthlyFen);
  const kept = log.put(
    awards.map((award) => ({
      ...{ award: `C${award}`, person: `P${award}`, line: month, item: 'benefit' },
      ...{ month, rollMonth: month, no, amountFen },
    })),
  );
  const sum = String(BigInt(awards.length) * monthlyFen);
  const seen = { root: kept.root, lines: kept.lines, amountFen: sum };
  const due = sheet({ due: months(awards.length) });
  const data = { rollId: id, office, month, kind: 'benefit', document: kept.sha256, seen };
  const stream = `roll-${id}`;
  const policy = { sheet: due, policyVersion: '440100-3' };
  log.add(stream, 'RollPrepared', { ...data, ...policy, hand: hand('li', 'make', month) });
  for (const [person, step] of [
    ['wang', 'approve'],
    ['zhao', 'review'],
  ] as const) {
    log.add(stream, 'RollSigned', { rollId: id, seen, hand: hand(person, step, month) });
  }
  admit(log, month, { id, kind: 'roll', kept });
  log.add(stream, 'RollAdmitted', { rollId: id, month });
  for (const award of awards) {
    const line = { lineId: month, item: 'benefit', month, rollMonth: month, amountFen, no };
    log.add(`award-C${award}`, 'LineDue', { ...line, documentId: id, bookedMonth: month });
  }
  discharge(log, month, { id, posted: awards.length, sheet: due });
  log.add(stream, 'RollDischarged', { rollId: id, posted: awards.length, refused: 0 });
}

type Paid = Readonly<{ no: number; lines: readonly string[]; account: string }>;

function batch(log: LogBuilder, month: string, payments: readonly Paid[]): void {
  const id = `B-${month}`;
  const amountOf = ({ lines }: Paid) => String(BigInt(lines.length) * monthlyFen);
  const kept = log.put(
    payments.map((payment, index) => ({
      ...{ seq: index + 1, instruction: `I-${month}-${payment.no}`, award: `C${payment.no}` },
      ...{ person: `P${payment.no}`, lines: payment.lines, amountFen: amountOf(payment) },
      ...{ accountRef: payment.account, sealedSha256: log.seal(payment.account) },
    })),
  );
  const sum = payments.reduce((total, payment) => total + BigInt(amountOf(payment)), 0n);
  const seen = { root: kept.root, lines: kept.lines, amountFen: String(sum) };
  const stream = `batch-${id}`;
  const dueLines = payments.flatMap(({ lines }) => lines).length;
  const head = { batchId: id, office, pool, month, document: kept.sha256, layout: 'fixed' };
  const prepared = { ...head, seen, dueLines, hand: hand('li', 'make', month) };
  log.add(stream, 'BatchPrepared', prepared);
  for (const [person, step] of [
    ['wang', 'approve'],
    ['zhao', 'review'],
  ] as const) {
    log.add(stream, 'BatchSigned', { batchId: id, seen, hand: hand(person, step, month) });
  }
  admit(log, month, { id, kind: 'batch', kept, reservedFen: sum });
  log.add(stream, 'BatchAdmitted', { batchId: id, month });
  for (const payment of payments) {
    const account = { accountRef: payment.account, sealedSha256: log.seal(payment.account) };
    const data = { instructionId: `I-${month}-${payment.no}`, batchId: id, ...account };
    const booked = { lineIds: payment.lines, amountFen: amountOf(payment), bookedMonth: month };
    log.add(`award-C${payment.no}`, 'PaymentInstructed', { ...data, ...booked });
  }
  discharge(log, month, { id, posted: payments.length, sheet: {} });
  log.add(stream, 'BatchInstructed', { batchId: id, posted: payments.length, refused: [] });
  if (month === '2026-11') takeOff(log, id, `I-${month}-3`);
  log.add(stream, 'SubmissionStarted', {
    ...{ batchId: id, attempt: 1, fileName: `${id}.txt` },
    hand: hand('qian', 'send', month),
  });
  log.add(stream, 'BatchSent', { batchId: id, attempt: 1, evidence: 'ack' });
}

/** 止付: by two people, before the file leaves. */
function takeOff(log: LogBuilder, batchId: string, instructionId: string): void {
  const stream = `batch-${batchId}`;
  const [first, second] = [hand('zhou', 'make', '2026-11'), hand('wang', 'approve', '2026-11')];
  const data = { batchId, instructionId, amountFen: String(monthlyFen), reason: 'court' };
  log.add(stream, 'StopProposed', { ...data, hand: first });
  log.add(stream, 'LineExcluded', { ...data, by: [first, second] });
  const recalled = { instructionId, reason: 'court', by: ['zhou', 'wang'] };
  log.add('award-C3', 'PaymentRecalled', recalled);
  const kept = log.put([{ instruction: instructionId, amountFen: String(monthlyFen) }]);
  const id = `exclusion-${instructionId}`;
  admit(log, '2026-11', { id, kind: 'adjustment', kept });
  discharge(log, '2026-11', { id, posted: 1, sheet: {}, releasedFen: monthlyFen });
}

type Answer = Readonly<{ no: number; of: string; post: string; lines: number }>;

const answerTypes: Readonly<Record<string, string>> = {
  paid: 'PaymentBooked',
  failed: 'PaymentFailed',
  returned: 'PaymentReturned',
};

function receipt(
  log: LogBuilder,
  month: string,
  answers: readonly Answer[],
  batchId = `B-${month}`,
): void {
  const id = `Q-${month}-${answers[0]?.post}`;
  const stray = { no: 9, batch: '?', instruction: '?', award: '?', amountFen: '5', lines: 0 };
  const kept = log.put([
    ...answers.map(({ no, of, post, lines }) => ({
      ...{ no, batch: batchId, instruction: `I-${of}-${no}`, award: `C${no}` },
      ...{ amountFen: String(BigInt(lines) * monthlyFen), lines, result: post, reason: '' },
      ...{ valueDate: `${month}-21`, serial: `S-${month}-${no}`, post },
    })),
    { ...stray, result: 'success', reason: '', valueDate: `${month}-21`, post: 'suspense' },
  ]);
  const counts = { paid: answers.length, failed: 0, suspense: 1 };
  const booked = { batchId, receiptSha256: id, document: kept.sha256, ...counts };
  log.add(`batch-${batchId}`, 'ReceiptBooked', booked);
  admit(log, month, { id, kind: 'receipt', kept });
  const sum: Record<string, Figures> = {};
  for (const { no, of, post, lines } of answers) {
    const amountFen = String(BigInt(lines) * monthlyFen);
    log.add(`award-C${no}`, answerTypes[post] ?? '', {
      ...{ instructionId: `I-${of}-${no}`, amountFen, valueDate: `${month}-21`, documentId: id },
      ...{ lineNo: no, bankSerial: `S-${month}-${no}`, bookedMonth: month, reason: 'closed' },
    });
    if (post !== 'failed') sum[post] = months((sum[post]?.[0] ?? 0) + lines);
  }
  const back = answers.filter(({ post }) => post !== 'paid').map(({ lines }) => lines);
  const releasedFen = BigInt(back.reduce((total, lines) => total + lines, 0)) * monthlyFen;
  discharge(log, month, { id, posted: answers.length, sheet: sheet(sum), releasedFen });
}

/** October's payment of the third award comes back in November. */
function returned(log: LogBuilder): void {
  receipt(log, '2026-11', [{ no: 3, of: '2026-10', post: 'returned', lines: 1 }], 'B-2026-10');
}

/** The first award stops from November: its line is withdrawn by a document of its own. */
function stop(log: LogBuilder): void {
  const [month, amountFen] = ['2026-11', String(monthlyFen)];
  const decided = proposal(log, 1, month);
  const kept = log.put([{ award: 'C1', line: month, reason: 'employed', amountFen }]);
  const id = `adjustment-${decided}`;
  admit(log, month, { id, kind: 'adjustment', kept });
  const ended = { lineId: month, amountFen, reason: 'employed', documentId: id };
  log.add('award-C1', 'LineWithdrawn', { ...ended, bookedMonth: month });
  const stopped = { event: 'employed', on: '2026-11-10', from: month, clause: '第十五条' };
  const rest = { decisionId: 'stop-C1', lastMonth: '2026-10', remaining: 5, mayResume: true };
  log.add('award-C1', 'AwardStopped', { ...stopped, ...rest });
  discharge(log, month, { id, posted: 1, sheet: sheet({ decreases: months(1) }) });
}

type Open = Readonly<{ award: string; line: string; reason: string; age: number }>;

function close(
  log: LogBuilder,
  month: string,
  of: Readonly<{
    sheet: Data;
    availableFen: bigint;
    open: readonly Open[];
    receipts: Readonly<{ paid: number; returned: number }>;
  }>,
): void {
  const stream = `month-${office}-${month}`;
  const amountFen = String(monthlyFen);
  const total = { month, sheet: of.sheet, availableFen: String(of.availableFen) };
  const cut = log.add(stream, 'MonthCut', { ...total, on: `${month}-28` });
  const kept = log.put(
    of.open.map(({ award, line, reason, age }) => ({
      ...{ award, line, item: 'benefit', month: line, rollMonth: line, amountFen, reason, age },
    })),
  );
  const unpaid = of.open.map(({ reason, age }) => {
    return { item: 'benefit', reason, age, lines: 1, amountFen };
  });
  const fenOf = (lines: number) => String(BigInt(lines) * monthlyFen);
  const { paid, returned: back } = of.receipts;
  const statement = {
    ...{ cutPosition: String(cut.position), headLink: 'head', treeRoot: `tree-${month}` },
    ...{ document: kept.sha256, unpaid, policyVersions: ['440100-3'] },
    receipts: {
      ...{ paidFen: fenOf(paid), paidLines: paid },
      ...{ returnedFen: fenOf(back), returnedLines: back },
    },
  };
  const seen = { root: `tree-${month}`, lines: of.open.length, amountFen: fenOf(of.open.length) };
  const hands = [
    ['sun', 'make'],
    ['zhou', 'approve'],
    ['wu', 'review'],
  ] as const;
  for (const [person, step] of hands) {
    const signature = { month, seen, hand: hand(person, step, month) };
    if (step === 'make') log.add(stream, 'ClosePrepared', { ...signature, close: statement });
    else log.add(stream, 'CloseSigned', signature);
  }
  log.add(stream, 'MonthClosed', { ...total, close: statement });
}
