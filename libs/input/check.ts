import { createHash } from 'node:crypto';
import { rowProblem, rowWarning, type RowProblem, type RowWarning } from './problems.js';
import type { Mapping } from './headers.js';
import type { Kind, RowOf } from './kinds.js';
import { rowReader, type RowReader } from './reader.js';
import { rules, type Contribution, type Desk, type Fault, type Registers } from './rules.js';
import { eachRow, type RawRow } from './table.js';
import { textOf, type Encoding } from './text.js';

/**
 * A good row; `known` when it was handed in before, and `done` when nothing of it is left to do, as
 * another file brought it or the registers hold it: it is not to be taken a second time.
 */
export type CheckedRow<K extends Kind> = Readonly<{
  line: number;
  known: boolean;
  done: boolean;
  row: RowOf[K];
}>;

export type CheckOptions = Readonly<{
  contribution: Contribution;
  /** An office's own mapping, put before the built-in ones. */
  mapping?: Mapping | undefined;
}>;

export type CheckedFile<K extends Kind> = Readonly<{
  kind: K;
  file: string;
  /** Of the bytes as they came: the same file again is told by it. */
  sha256: string;
  encoding: Encoding;
  rows: readonly CheckedRow<K>[];
  problems: readonly RowProblem[];
  warnings: readonly RowWarning[];
  /** The header and the rows that were not taken, as the file has them: personal data, seal it. */
  header: readonly string[];
  parked: readonly RawRow[];
}>;

/**
 * Reads a whole file and checks every row before any is taken: one reason a row, the worst. Nothing
 * is decided or stored here; the caller takes all rows, or the good ones with the others parked.
 *
 * @throws Refusal FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_TEXT, FILE_CUT, FILE_COLUMNS
 */
export function readAndCheck<K extends Kind>(
  kind: K,
  fileName: string,
  bytes: Uint8Array,
  registers: Registers,
  options: CheckOptions,
): CheckedFile<K> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { text, encoding } = textOf(fileName, bytes);
  const desk = {
    registers,
    contribution: options.contribution,
    ids: new Map<string, string>(),
    spans: new Map<string, { from: RowOf['history']['from']; to: RowOf['history']['to'] }[]>(),
    unpaid: new Map<string, Set<RowOf['opening-unpaid']['month']>>(),
  };
  const check = new Check(kind, fileName, desk);
  let header: readonly string[] = [];
  const start = (cells: readonly string[]) => {
    header = cells;
    check.start(rowReader(kind, fileName, cells, options.mapping));
  };
  const end = eachRow(fileName, text, start, (raw) => check.take(raw));
  const { rows, problems, warnings, parked } = check;
  if (end.openEnd && end.rows > 0)
    warnings.push(
      rowWarning({ file: fileName, line: end.lastLine, column: '' }, 'line-end-missing'),
    );
  return { kind, file: fileName, sha256, encoding, rows, problems, warnings, header, parked };
}

/** The text by which two rows of one kind are the same, whatever file or encoding held them. */
export function rowContent<K extends Kind>(row: RowOf[K]): string {
  return JSON.stringify(row, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

/** The text by which two rows of one kind speak of the same matter. It may hold personal data. */
export function rowKey<K extends Kind>(kind: K, row: RowOf[K]): string {
  return rules[kind].key(row);
}

type Verdict<K extends Kind> =
  Readonly<{ fault: NonNullable<Fault<K>> }> | Readonly<Pick<CheckedRow<K>, 'known' | 'done'>>;

/** The rows of one file as they are checked, one after another. */
class Check<K extends Kind> {
  readonly rows: CheckedRow<K>[] = [];
  readonly problems: RowProblem[] = [];
  readonly warnings: RowWarning[] = [];
  readonly parked: RawRow[] = [];
  /** Key → place in `rows`, which is where the content is when a key comes again. */
  private readonly places = new Map<string, number>();
  private reader: RowReader<K> | undefined;

  constructor(
    private readonly kind: K,
    private readonly file: string,
    private readonly desk: Desk,
  ) {}

  start(reader: RowReader<K>): void {
    this.reader = reader;
  }

  take(raw: RawRow): void {
    if (this.reader === undefined) throw new Error('a row came before its header');
    const read = this.reader.read(raw.cells);
    if (!read.ok) {
      this.park(raw, rowProblem(this.at(raw, read.column), read.reason));
      return;
    }
    const verdict = this.judge(read.row);
    if ('fault' in verdict) {
      const [reason, field] = verdict.fault;
      this.park(raw, rowProblem(this.at(raw, this.reader.column(field)), reason));
      return;
    }
    for (const { column, reason } of read.warned)
      this.warnings.push(rowWarning(this.at(raw, column), reason));
    this.rows.push({ line: raw.line, ...verdict, row: read.row });
  }

  /** A fault, or whether the row is known already. */
  private judge(row: RowOf[K]): Verdict<K> {
    const { key: keyOf, taken, once, fault, faultWhenNew, keep } = rules[this.kind];
    const found = fault(row, this.desk);
    if (found !== undefined) return { fault: found };
    const foreign = this.outOfScope(row);
    if (foreign !== undefined) return { fault: foreign };
    const key = keyOf(row);
    const content = () => rowContent(row);
    const place = this.places.get(key);
    if (place !== undefined) {
      const before = this.rows[place];
      if (before === undefined || once === true || rowContent(before.row) !== content())
        return { fault: taken };
      return { known: true, done: before.done };
    }
    const known = this.desk.registers.known(this.kind, key, content);
    if (known === 'other') return { fault: taken };
    // A row of a file that was cut off is done only if the registers hold what it brings.
    const isOpen = known === 'new' || known === 'in-part';
    const late = isOpen ? faultWhenNew?.(row, this.desk) : undefined;
    if (known === 'new' && late !== undefined) return { fault: late };
    this.places.set(key, this.rows.length);
    keep?.(row, this.desk);
    return { known: known !== 'new', done: known === 'elsewhere' || late !== undefined };
  }

  private outOfScope(row: RowOf[K]): Fault<K> {
    const { registers } = this.desk;
    const { field, offices } = rules[this.kind].owners(row, registers);
    const known = offices.filter((office) => office !== undefined);
    const isOwn = known.length === 0 || known.some((office) => registers.inScope(office));
    return isOwn ? undefined : ['office-out-of-scope', field];
  }

  private park(raw: RawRow, problem: RowProblem): void {
    this.parked.push(raw);
    this.problems.push(problem);
  }

  private at({ line }: RawRow, column: string) {
    return { file: this.file, line, column };
  }
}
