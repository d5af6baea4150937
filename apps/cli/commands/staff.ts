import type { Command } from 'commander';
import type { Client, Json } from '../client.js';
import { Failure, UsageError } from '../failure.js';
import { table } from '../output.js';
import { doneBy, doneFacts, placeOf } from '../place.js';
import { shellOf } from '../shell.js';
import { TypedLines } from '../typed-lines.js';
import { dutyWords } from '../words.js';
import { outcomeOf } from './month-desk.js';
import { addStaffDuties } from './staff-duties.js';

/** Who works here: each registered once, with accounts and duties that two people give. */
export function addStaff(program: Command): void {
  const staff = program
    .command('staff')
    .description('经办人员、登录账号与职责 · staff, their accounts and duties');
  staff.command('list').description('经办人员一览 · the staff of my offices').action(list);
  staff
    .command('show <actor>')
    .description(
      '一名经办人员的职责、在用账号和待开账号 · ' +
        'somebody’s duties, accounts in force, and accounts proposed',
    )
    .action(show);
  staff
    .command('register <actor>')
    .description(
      '登记经办人员；姓名和身份号码从键盘或标准输入读取，各一行 · register somebody; name and ' +
        'identity number are typed or read from the standard input, a line each',
    )
    .option('--office <code>', '所属机构 · the office')
    .option('--related <person...>', '须回避的参保人 · declared relatives among the insured')
    .action(register);
  staff
    .command('propose-account <actor> <login>')
    .description('申请开设登录账号 · propose an account')
    .action(proposeAccount);
  staff
    .command('open-account <actor> <login>')
    .description(
      '另一人开设登录账号；一次性密码只显示这一次 · ' +
        'open it as a second person; its one-time password is shown this once',
    )
    .option('--account <id>', '哪个账号（待开的不止一个时）· which one, when several wait')
    .action(openAccount);
  staff
    .command('withdraw-account <actor>')
    .description(
      '申请人或同一职责的另一人撤回还没有开设的登录账号 · ' +
        'withdraw a proposed account that nobody has opened',
    )
    .option('--account <id>', '哪个账号（待开的不止一个时）· which one, when several wait')
    .action(withdrawAccount);
  staff
    .command('close-account <actor> <account>')
    .description('关闭登录账号 · close an account')
    .action(closeAccount);
  addStaffDuties(staff);
}

async function list(_options: object, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const { rows } = await api.get('/api/v1/actors');
  const cells = (rows as readonly Json[]).map(({ actorId, office }) =>
    [actorId, office].map(String),
  );
  const head = ['人员 actor', '机构 office'];
  output.result({ rows, ...doneFacts(api) }, () =>
    [table([head, ...cells]), ...doneBy(api)].join('\n'),
  );
}

type Proposed = Readonly<{ accountId: string; proposedBy: string }>;
type InForce = Readonly<{ accountId: string; login: string | null }> &
  Readonly<{ proposedBy: string | null; openedBy: string | null }>;

async function show(actor: string, _options: object, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const shown = await api.get(actorPath(actor));
  const duties = (shown['duties'] as readonly Json[]).map(
    ({ duty, office, fromDay, toDay, ...row }) =>
      `  ${dutyWords(duty)}  ${office}  ${fromDay} – ${toDay ?? ''}  ${standing(row)}`,
  );
  const inForce = (shown['inForce'] as readonly InForce[]).map(
    (one) => `  在用账号 account in force ${one.accountId}  ${one.login ?? '–'}  ${givenBy(one)}`,
  );
  const proposed = (shown['proposed'] as readonly Proposed[]).map(
    ({ accountId, proposedBy }) => `  待开账号 account proposed ${accountId}  ${proposedBy}`,
  );
  const head = `${actor}  机构 office ${shown['office']}`;
  const said = [head, ...duties, ...inForce, ...proposed];
  output.result({ ...shown, ...doneFacts(api) }, () => [...said, ...doneBy(api)].join('\n'));
}

function givenBy({ proposedBy, openedBy }: InForce): string {
  if (openedBy === null) return '随系统设立 installed with the system';
  return `申请 proposed by ${proposedBy ?? '–'}  开设 opened by ${openedBy}`;
}

function standing({ status, revokedOn }: Json): string {
  if (revokedOn !== null) return `已收回 revoked ${String(revokedOn)}`;
  return status === 'proposed' ? '待同意 proposed' : '已授予 held';
}

type Registration = Readonly<{ office?: string; related?: readonly string[] }>;

async function register(actor: string, given: Registration, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const { office, found } = await placeOf(api, given.office, undefined);
  const lines = new TypedLines(false);
  try {
    const name = await lines.next('姓名 Name: ', noLine);
    const idNumber = await lines.next('公民身份号码 Identity number: ', noLine);
    const related = given.related ?? [];
    const body = { actorId: actor, office, name, idNumber, related };
    const receipt = await api.post('/api/v1/actors', { body });
    const said = `${outcomeOf(receipt)} 登记 registered ${actor}`;
    const facts = { ...receipt, actorId: actor, office, ...doneFacts(api, found) };
    output.result(facts, () => [said, ...doneBy(api, found)].join('\n'));
  } finally {
    lines.close();
  }
}

const noLine = () =>
  new UsageError(
    '请在标准输入给出姓名和身份号码，各一行',
    'Give name and identity number on the standard input, a line each',
  );

async function proposeAccount(
  actor: string,
  login: string,
  _options: object,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const answer = await api.post(`${actorPath(actor)}/accounts`, { body: { login } });
  const said = [
    `${outcomeOf(answer['receipt'] as Json)} 申请开设 proposed ${login}`,
    `  账号 account ${String(answer['accountId'])}`,
    '  待另一人开设 · a second person opens it: yuejie staff open-account',
  ];
  output.result({ ...answer, ...doneFacts(api) }, () => [...said, ...doneBy(api)].join('\n'));
}

async function openAccount(
  actor: string,
  login: string,
  { account }: Readonly<{ account?: string }>,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const accountId = account ?? (await onlyProposed(api, actor));
  const path = `${actorPath(actor)}/accounts/${encodeURIComponent(accountId)}`;
  const answer = await api.put(path, { body: { login } });
  const said = [
    `✓ 已开设 opened ${login}`,
    `  一次性密码，只显示这一次 · its one-time password, shown this once: ${answer['password']}`,
  ];
  output.result({ ...answer, ...doneFacts(api) }, () => [...said, ...doneBy(api)].join('\n'));
}

/** Which of several is meant, nobody can guess: a login is kept as a digest until it is opened. */
async function onlyProposed(api: Client, actor: string): Promise<string> {
  const { proposed } = await api.get(actorPath(actor));
  const [first, ...others] = proposed as readonly Proposed[];
  if (first === undefined)
    throw new Failure(
      'NOT_WAITING',
      `${actor} 没有待开的账号 · no account of ${actor} waits to be opened`,
      '请先由安全管理员申请；已开过的用 --account 指明 · ' +
        'have the security administrator propose it; name an opened one by --account',
    );
  if (others.length === 0) return first.accountId;
  const ids = [first, ...others].map(({ accountId }) => accountId).join(', ');
  throw new UsageError(`待开的账号不止一个，请用 --account：${ids}`, `Name the --account: ${ids}`);
}

async function withdrawAccount(
  actor: string,
  { account }: Readonly<{ account?: string }>,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const accountId = account ?? (await onlyProposed(api, actor));
  const path = `${actorPath(actor)}/accounts/${encodeURIComponent(accountId)}/withdrawal`;
  const receipt = await api.put(path);
  const said = `${outcomeOf(receipt)} 已撤回 withdrawn ${accountId}`;
  const facts = { ...receipt, accountId, ...doneFacts(api) };
  output.result(facts, () => [said, ...doneBy(api)].join('\n'));
}

async function closeAccount(
  actor: string,
  account: string,
  _options: object,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const path = `${actorPath(actor)}/accounts/${encodeURIComponent(account)}`;
  const receipt = await api.ask('DELETE', path);
  const said = `${outcomeOf(receipt)} 已关闭 closed ${account}`;
  output.result({ ...receipt, ...doneFacts(api) }, () => [said, ...doneBy(api)].join('\n'));
}

function actorPath(actor: string): string {
  return `/api/v1/actors/${encodeURIComponent(actor)}`;
}
