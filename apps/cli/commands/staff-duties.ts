import type { Command } from 'commander';
import type { Client, Json } from '../client.js';
import { Failure } from '../failure.js';
import { table } from '../output.js';
import { doneBy, doneFacts, placeOf } from '../place.js';
import { dayArgument, shellOf } from '../shell.js';
import { dutyWords } from '../words.js';
import { outcomeOf } from './month-desk.js';

type Term = Readonly<{ office?: string; from?: string; to?: string }>;

/** A duty is proposed by one administrator and granted by another, as it was proposed. */
export function addStaffDuties(staff: Command): void {
  staff
    .command('proposals')
    .description('待同意的职责 · duties proposed and not yet granted')
    .action(proposals);
  staff
    .command('propose-duty <actor> <duty>')
    .description('申请授予职责（默认自业务日起）· propose a duty, from the business day on')
    .option('--office <code>', '在哪个机构 · in which office')
    .option('--from <day>', '起日 · its first day', dayArgument)
    .option('--to <day>', '止日 · its last day', dayArgument)
    .action(propose);
  staff
    .command('grant-duty <actor> <duty>')
    .description('另一人同意授予 · grant it as a second person')
    .option('--office <code>', '在哪个机构（待同意的不止一项时）· in which office, of several')
    .action(grant);
  staff
    .command('withdraw-duty <actor> <duty>')
    .description(
      '申请人或同一职责的另一人撤回还没有授予的职责 · ' +
        'withdraw a proposed duty that nobody has granted',
    )
    .option('--office <code>', '在哪个机构（待同意的不止一项时）· in which office, of several')
    .action(withdraw);
  staff
    .command('revoke-duty <actor> <duty>')
    .description('收回职责 · revoke a duty')
    .option('--office <code>', '在哪个机构 · in which office')
    .action(revoke);
}

type Proposal = Readonly<{
  actorId: string;
  duty: string;
  office: string;
  fromDay: string;
  toDay: string | null;
  proposedBy: string;
}>;

async function proposedDuties(api: Client): Promise<readonly Proposal[]> {
  return (await api.get('/api/v1/actors/proposals'))['rows'] as readonly Proposal[];
}

async function proposals(_options: object, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const rows = await proposedDuties(api);
  const cells = rows.map(({ actorId, duty, office, fromDay, toDay, proposedBy }) =>
    [actorId, dutyWords(duty), office, fromDay, toDay ?? '–', proposedBy].map(String),
  );
  const head = ['人员 actor', '职责 duty', '机构 office', '自 from', '至 to', '申请人 proposed by'];
  const said = rows.length === 0 ? '没有待同意的职责 · no duty waits' : table([head, ...cells]);
  output.result({ rows, ...doneFacts(api) }, () => [said, ...doneBy(api)].join('\n'));
}

async function propose(actor: string, duty: string, given: Term, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const { office, found } = await placeOf(api, given.office, undefined);
  const from = given.from ?? String((await api.get('/api/v1/me'))['day']);
  const term = { duty, office, from, ...(given.to === undefined ? {} : { to: given.to }) };
  const receipt = await api.post(dutiesPath(actor), { body: term });
  const said = `${outcomeOf(receipt)} 申请授予 proposed ${termWords(actor, term)}`;
  const facts = { ...receipt, actorId: actor, ...term, ...doneFacts(api, found) };
  output.result(facts, () => [said, ...doneBy(api, found)].join('\n'));
}

type Deed = Readonly<{ path: string; words: string }>;

function grant(actor: string, duty: string, given: Term, command: Command): Promise<void> {
  const deed = { path: dutiesPath(actor), words: '已授予 granted' };
  return onProposal(deed, { actor, duty, given }, command);
}

function withdraw(actor: string, duty: string, given: Term, command: Command): Promise<void> {
  const deed = { path: `${dutiesPath(actor)}/withdrawal`, words: '已撤回 withdrawn' };
  return onProposal(deed, { actor, duty, given }, command);
}

async function onProposal(
  { path, words }: Deed,
  { actor, duty, given }: Readonly<{ actor: string; duty: string; given: Term }>,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const { office, fromDay: from, toDay } = await theProposal(api, actor, duty, given.office);
  const term = { duty, office, from, ...(toDay === null ? {} : { to: toDay }) };
  const receipt = await api.put(path, { body: term });
  const said = `${outcomeOf(receipt)} ${words} ${termWords(actor, term)}`;
  const facts = { ...receipt, actorId: actor, ...term, ...doneFacts(api) };
  output.result(facts, () => [said, ...doneBy(api)].join('\n'));
}

/** What waits is granted or taken back as it was proposed, and nothing that was typed beside it. */
async function theProposal(
  api: Client,
  actor: string,
  duty: string,
  office: string | undefined,
): Promise<Proposal> {
  const mine = (await proposedDuties(api)).filter(
    (one) =>
      one.actorId === actor && one.duty === duty && (office === undefined || one.office === office),
  );
  const [first, ...others] = mine;
  if (first !== undefined && others.length === 0) return first;
  const [zh, en] =
    first === undefined ? ['没有待同意的', 'no'] : ['不止一项待同意的', 'more than one'];
  throw new Failure(
    'NOT_WAITING',
    `${actor} ${zh} ${duty} · ${en} duty ${duty} of ${actor} waits to be granted`,
    '请看 yuejie staff proposals，用 --office 指明 · look at yuejie staff proposals; name the --office',
  );
}

async function revoke(actor: string, duty: string, given: Term, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const { office, found } = await placeOf(api, given.office, undefined);
  const receipt = await api.ask('DELETE', `${dutiesPath(actor)}/${duty}/${office}`);
  const said = `${outcomeOf(receipt)} 已收回 revoked ${dutyWords(duty)} ${office}  ${actor}`;
  const facts = { ...receipt, actorId: actor, duty, office, ...doneFacts(api, found) };
  output.result(facts, () => [said, ...doneBy(api, found)].join('\n'));
}

function dutiesPath(actor: string): string {
  return `/api/v1/actors/${encodeURIComponent(actor)}/duties`;
}

function termWords(actor: string, { duty, office, from, to }: Term & Json): string {
  return `${dutyWords(duty)} ${office}  ${actor}  ${from} – ${to ?? ''}`;
}
