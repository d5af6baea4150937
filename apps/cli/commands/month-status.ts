import type { Json } from '../client.js';
import { grouped, inYuan, table } from '../output.js';
import { doneFacts, officeWords } from '../place.js';
import { inBoth } from '../words.js';
import { onMonth, placeIn, type Desk, type Place, type Step } from './month-desk.js';
import { waitingWords, type Waiting } from './month-signing.js';

const columns = {
  opening: '期初未发 opening',
  due: '应发 due',
  returned: '退票 returned',
  increases: '调增 increases',
  decreases: '调减 decreases',
  paid: '实发 paid',
  cancelled: '核销 cancelled',
  closing: '期末未发 closing',
} as const;

export const statusStep: Step = {
  zh: '状态、对账表、未核实的依据',
  en: 'where it stands, its sheet, and what rests on unverified rows',
  run: status,
};

async function status(desk: Desk): Promise<void> {
  const { api, output } = desk;
  const { place, found } = await placeIn(desk);
  const standing = await onMonth(api, 'GET', 'months', place, '');
  const path = `/api/v1/months/sheet?month=${place.month}&office=${place.office}`;
  const { items, unverified } = await api.get(path);
  const heldUp = await heldUpIn(desk, place);
  const facts = { ...standing, items, unverified, heldUp, ...doneFacts(api, found) };
  output.result(facts, (shown) => `${words(shown as Json)}\n\n${officeWords(found)}`);
}

const withWaiting = { rolls: 'rollId', batches: 'batchId' } as const;

/** Rolls and batches of the month that are signed and wait for funds or for their month. */
async function heldUpIn({ api }: Desk, { office, month }: Place): Promise<readonly Json[]> {
  const held: Json[] = [];
  for (const [noun, id] of Object.entries(withWaiting)) {
    const list = await api.get(`/api/v1/${noun}?office=${office}&month=${month}`);
    for (const row of list['rows'] as readonly Json[]) {
      if (row['status'] !== 'prepared' || row['nextStep'] !== null) continue;
      const { waitsFor } = await api.get(`/api/v1/${noun}/${String(row[id])}`);
      if (waitsFor !== null) held.push({ id: row[id], waitsFor });
    }
  }
  return held;
}

type Cell = Readonly<{ lines: number; personMonths: number; amountYuan: string }>;
type Sheet = Readonly<Record<string, Readonly<Record<keyof typeof columns, Cell>>>>;

function words(shown: Json): string {
  const { office, month, status: standing, nextStep, availableYuan } = shown;
  const next = nextStep === null ? '' : `  待办 next: ${inBoth(nextStep)}`;
  const parts = [
    `${office} ${month}  ${inBoth(standing)}${next}  可用 available: ${inYuan(availableYuan)}`,
  ];
  for (const [item, cells] of Object.entries(shown['items'] as Sheet)) {
    const head = [inBoth(item), '笔 lines', '人次 person-months', '元 yuan'];
    const rows = Object.entries(columns).map(([column, title]) => {
      const { lines, personMonths, amountYuan } = cells[column as keyof typeof columns];
      return [title, String(lines), String(personMonths), grouped(amountYuan)];
    });
    parts.push('', table([head, ...rows]));
  }
  const documents = shown['documents'] as readonly Json[];
  if (documents.length > 0) parts.push('', '单据 documents:');
  for (const { kind, documentId, lines, status: of } of documents)
    parts.push(`  ${inBoth(kind)} ${documentId}  ${lines} 笔 lines  ${inBoth(of)}`);
  const heldUp = shown['heldUp'] as readonly Readonly<{ id: string; waitsFor: Waiting }>[];
  if (heldUp.length > 0) parts.push('', '签完在等 signed, and waits:');
  for (const { id, waitsFor } of heldUp) parts.push(`  ${id}`, ...waitingWords(waitsFor));
  const unverified = shown['unverified'] as readonly Json[];
  if (unverified.length > 0) parts.push('', '未核实的依据 unverified:');
  for (const { topic, jurisdiction, from, document, origin, originEn } of unverified) {
    const why = origin === originEn ? origin : `${origin} · ${originEn}`;
    parts.push(`  ${topic} ${jurisdiction} ${from}  ${document}（${why}）`);
  }
  return parts.join('\n');
}
