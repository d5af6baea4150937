import { Body, Controller, Get, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader } from '@nestjs/swagger';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunImport } from '#application/commands.js';
import type { ImportReport } from '#application/imports/import-file.js';
import { rowThatWaits, rowsThatWait } from '#application/imports/parked.js';
import { refuse } from '#domain/refusal.js';
import { kinds } from '#input/kinds.js';
import { Duty, Says, TakesFile } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';
import { bytesOf, fileNameOf, mappingOf } from '../files.js';
import { CurrentAct, type ServerRequest } from '../request.js';
import { without } from './schemas.js';

const kindText = z
  .string()
  .max(40)
  .meta({ description: kinds.join(', ') });
const importQuery = z.object({
  dryRun: z.enum(['true', 'false']).default('false'),
  park: z.enum(['true', 'false']).default('false'),
});

/** `ref` as the list of waiting rows gives it under `rejects`. */
const rejectPlace = z
  .object({ ref: z.string().regex(/^[0-9a-f]{64}$/), line: z.coerce.number().int().min(2) })
  .meta({ id: 'RejectedRow' });

/** An answer lists so many problems, warnings and refused rows; their numbers stand beside. */
const mostListed = 1_000;

/** Files of a bureau (导入): checked whole first, then taken; good rows kept, bad ones parked. */
@Controller('api/v1/imports')
export class ImportsController {
  constructor(
    private readonly bus: CommandBus,
    @Inject(serverDeps) private readonly deps: ServerDeps,
  ) {}

  @Get('waiting')
  @Duty('intake', 'payroll', 'accountant', 'inspector', 'auditor')
  @Says('搁置的行', 'Rows that were parked')
  async waiting(@CurrentAct() act: Act): Promise<object> {
    return { rows: await rowsThatWait(this.deps.app, act) };
  }

  @Get('rejects/:ref/:line')
  @Duty('intake', 'payroll', 'accountant', 'inspector', 'auditor')
  @Says('一行搁置的原因', 'One row that was parked: where it stands and why')
  async rejected(
    @Param({ schema: rejectPlace }) place: z.infer<typeof rejectPlace>,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const row = await rowThatWaits(this.deps.app, act, place);
    return row ?? refuse('NOT_FOUND', { line: String(place.line) });
  }

  @Post(':kind')
  @Duty('intake', 'payroll', 'accountant')
  @Says('导入文件', 'Import a file')
  @TakesFile()
  @ApiHeader({
    name: 'X-Column-Mapping',
    required: false,
    description: 'a column mapping of one’s own: JSON in base64url, at most 8 kB',
  })
  async take(
    @Param('kind', { schema: kindText }) kind: string,
    @Query({ schema: importQuery }) { dryRun, park }: z.infer<typeof importQuery>,
    @Body() body: unknown,
    @Req() request: ServerRequest,
    @CurrentAct() act: Act,
  ): Promise<object> {
    const { work } = this.deps;
    const id = act.commandId;
    const progress = (done: number, of: number): void =>
      work.progress({ id, kind: `import ${kind}`, done, of });
    const input = {
      ...{ kind, progress, fileName: fileNameOf(request), bytes: bytesOf(body) },
      dryRun: dryRun === 'true',
      park: park === 'true',
      ...without({ mapping: mappingOf(request) }),
    };
    try {
      return listed(await this.bus.execute(new RunImport('importFile', act, input)));
    } finally {
      work.ended(id);
    }
  }
}

function listed(report: ImportReport): object {
  const { problems, warnings, outcome } = report;
  const { refused } = outcome;
  return {
    ...report,
    outcome: { ...outcome, refused: refused.slice(0, mostListed) },
    refusedCount: refused.length,
    problems: problems.slice(0, mostListed),
    problemCount: problems.length,
    warnings: warnings.slice(0, mostListed),
    warningCount: warnings.length,
  };
}
