import { declarationStream, type DeclarationCommand } from '#domain/declaration/declaration.js';
import { fundAccountCodecs } from '#domain/fund-account/fund-account.events.js';
import {
  fundAccountDecider,
  fundAccountStream,
  type FundAccountCommand,
} from '#domain/fund-account/fund-account.js';
import { sumFen } from '#domain/values/fen.js';
import type { RowOf } from '#input/kinds.js';
import { poolOf } from '#projections/actors.js';
import { documentLine, type DeclarationLine } from '../document-lines.js';
import { stored } from '../stored.js';
import { groupBy, rowContext, runRows } from './bulk.js';
import type { Taker } from './takers.js';

const linesInChunk = 5_000;

/** One declaration an employer and month: its lines are documents, its end names their digest. */
export const takeDeclarations: Taker<'declarations'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const declared = [...groupBy(rows, ({ employer, month }) => `${employer}/${month}`).values()];
  let done = 0;
  for (const lines of declared) {
    const [first] = lines;
    if (first === undefined) continue;
    const stream = declarationStream(first.employer, first.month);
    const key = `${first.employer}/${first.month}`;
    const part = sha256.slice(0, 16);
    const digests: string[] = [];
    for (let from = 0; from < lines.length; from += linesInChunk) {
      const some = lines.slice(from, from + linesInChunk);
      const document = await app.documents.put('declaration', some.map(lineText));
      digests.push(document.sha256);
      const add = {
        type: 'AddDeclarationLines',
        ...{ part, chunk: from / linesInChunk, document: document.sha256, lines: some.length },
        ...sums(some),
      } as const;
      const context = rowContext(act, sha256, `${key}/${from}`);
      await app.transact.run(stored.declaration, stream, add, context);
    }
    const complete = {
      type: 'CompleteDeclaration',
      ...{ part, lines: lines.length, digest: digests.join('+'), on: act.on },
      ...sums(lines),
    } as const;
    const context = rowContext(act, sha256, `${key}/complete`);
    await app.transact.run(stored.declaration, stream, complete, context);
    done += lines.length;
    progress(done, rows.length);
  }
  return { refused: [], made: [] };
};

function lineText({ person, wageFen, baseFen, employerFen, employeeFen }: RowOf['declarations']) {
  const line: DeclarationLine = { person, wageFen, baseFen, employerFen, personFen: employeeFen };
  return documentLine(line);
}

function sums(lines: readonly RowOf['declarations'][]) {
  return {
    employerFen: sumFen(lines.map(({ employerFen }) => employerFen)),
    employeeFen: sumFen(lines.map(({ employeeFen }) => employeeFen)),
  };
}

/** Money received: on the employer's declaration, or held when it names no employer. */
export const takeCollections: Taker<'collections'> = async (app, act, file) => {
  const { rows, sha256, fileSha256, progress } = file;
  const named = rows.filter(({ employer }) => employer !== '');
  const unnamed = rows.filter(({ employer }) => employer === '');
  const refused = await runRows(app, stored.declaration, named, {
    key: ({ receipt }) => receipt,
    of: (row) => [row],
    stream: ({ employer, month }) => declarationStream(employer, month),
    command: ({ receipt, amountFen, receivedOn }): DeclarationCommand => ({
      type: 'ReceiveContribution',
      ...{ receiptNo: receipt, amountFen, valueDate: receivedOn },
      ...{ fileSha256, on: act.on },
    }),
    context: ({ receipt }) => rowContext(act, sha256, receipt),
    fresh: false,
    progress,
  });
  const pool = await poolOf(app.pool, act.by.office);
  const fund = { decider: fundAccountDecider, codecs: fundAccountCodecs };
  const held = await runRows(app, fund, unnamed, {
    key: ({ receipt }) => receipt,
    of: (row) => [row],
    stream: () => fundAccountStream(pool, 'revenue'),
    command: ({ receipt, month, amountFen, receivedOn }): FundAccountCommand => ({
      type: 'ReceiveUnidentified',
      ...{ receiptNo: receipt, month, amountFen, valueDate: receivedOn, fileSha256 },
    }),
    context: ({ receipt }) => rowContext(act, sha256, receipt),
    fresh: false,
    progress: () => undefined,
  });
  return { refused: [...refused, ...held], made: [] };
};
