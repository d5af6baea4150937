import type { Json } from '../client.js';
import { table } from '../output.js';
import { placeIn, type Desk, type Step } from './month-desk.js';
import { onMonth } from './month-steps.js';

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
  const place = await placeIn(desk);
  const standing = await onMonth(api, 'GET', 'months', place, '');
  const path = `/api/v1/months/sheet?month=${place.month}&office=${place.office}`;
  const { items, unverified } = await api.get(path);
  output.result({ ...standing, items, unverified }, (shown) => words(shown as Json));
}

type Cell = Readonly<{ lines: number; personMonths: number; amountYuan: string }>;
type Sheet = Readonly<Record<string, Readonly<Record<keyof typeof columns, Cell>>>>;

function words(shown: Json): string {
  const { office, month, status: standing, nextStep, availableYuan } = shown;
  const next = nextStep === null ? '' : `  待办 next: ${String(nextStep)}`;
  const parts = [`${office} ${month}  ${standing}${next}  可用 available: ${availableYuan}`];
  for (const [item, cells] of Object.entries(shown['items'] as Sheet)) {
    const head = [item, '笔 lines', '人次 person-months', '元 yuan'];
    const rows = Object.entries(columns).map(([column, title]) => {
      const { lines, personMonths, amountYuan } = cells[column as keyof typeof columns];
      return [title, String(lines), String(personMonths), amountYuan];
    });
    parts.push('', table([head, ...rows]));
  }
  const documents = shown['documents'] as readonly Json[];
  if (documents.length > 0) parts.push('', '单据 documents:');
  for (const { kind, documentId, lines, status: of } of documents)
    parts.push(`  ${kind} ${documentId}  ${lines} 笔 lines  ${of}`);
  const unverified = shown['unverified'] as readonly Json[];
  if (unverified.length > 0) parts.push('', '未核实的依据 unverified:');
  for (const { topic, jurisdiction, from, document, origin } of unverified)
    parts.push(`  ${topic} ${jurisdiction} ${from}  ${document}（${origin}）`);
  return parts.join('\n');
}
