import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client, Json } from '../client.js';
import { UsageError } from '../failure.js';
import { countArgument, dayArgument, shellOf } from '../shell.js';

type EventsOptions = Readonly<{
  type?: string;
  stream?: string;
  actor?: string;
  office?: string;
  from?: string;
  to?: string;
  after: string;
  limit?: number;
  follow?: boolean;
}>;

const pageSize = 500;
const lookEveryMs = 1_000;

/** Events as they were recorded; with `--follow` one a line until it is ended. */
export function addEvents(program: Command): void {
  program
    .command('events')
    .description('浏览事件 · browse the events')
    .option('--type <type>', '事件类型 · type of event')
    .option('--stream <stream>', '流 · stream')
    .option('--actor <id>', '经办人 · who did it')
    .option('--office <code>', '机构 · office')
    .option('--from <day>', '起始业务日 · first business day', dayArgument)
    .option('--to <day>', '截止业务日 · last business day', dayArgument)
    .option('--after <position>', '从此位置之后 · after this position', positionArgument, '0')
    .option('--limit <n>', '最多几条 · at most so many', countArgument(1, 10_000_000))
    .option('--follow', '持续跟随 · go on as they come')
    .action(async (options: EventsOptions, command: Command) => {
      const { output, client } = shellOf(command);
      const api = await client();
      const { limit = Number.POSITIVE_INFINITY, follow = false } = options;
      const asDocument = output.json && !follow;
      const all: Json[] = [];
      let count = 0;
      for await (const event of eventsOf(api, options)) {
        if (asDocument) all.push(event);
        else output.item(event, () => line(event));
        count += 1;
        if (count >= limit) break;
      }
      if (asDocument) output.result(all);
    });
}

/** Page after page; at the end it looks again every second when it follows. */
async function* eventsOf(api: Client, options: EventsOptions): AsyncIterable<Json> {
  const { follow = false, limit: _most, after, ...filter } = options;
  for (let from = after; ;) {
    const query = new URLSearchParams({ ...filter, after: from, limit: String(pageSize) });
    const page = await api.get(`/api/v1/events?${query}`);
    const rows = page['rows'] as readonly Json[];
    yield* rows;
    if (page['next'] !== undefined) {
      from = String(page['next']);
      continue;
    }
    if (!follow) return;
    from = String(page['head']);
    await pause(lookEveryMs);
  }
}

function positionArgument(text: string): string {
  if (/^\d{1,18}$/.test(text)) return text;
  throw new UsageError(`位置应为数字：${text}`, `A position is a number: ${text}`);
}

function line({ position, type, stream, metadata }: Json): string {
  const { day, actor, office } = metadata as Json;
  return [position, day, office, actor, stream, type].map(String).join('  ');
}
