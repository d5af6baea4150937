import type { Duty } from '#domain/actor/duties.js';
import { residentId, type Api, type Desk } from './desk.js';

/** Those who run an office of their own; each is another person. */
const countyDuties = [
  'intake',
  'payroll',
  'approver',
  'reviewer',
  'accountant',
  'cashier',
  'reconciler',
] as const satisfies readonly Duty[];

type CountyDuty = (typeof countyDuties)[number];

/** A county office with its own seven people, who hold their duties there and nowhere else. */
export class County {
  private constructor(
    readonly code: string,
    private readonly desks: ReadonlyMap<CountyDuty, Desk>,
  ) {}

  desk(duty: CountyDuty): Desk {
    const desk = this.desks.get(duty);
    if (desk === undefined) throw new Error(`nobody is ${duty} in ${this.code}`);
    return desk;
  }

  /** An office that the pool's own people run. */
  static async runByPool(api: Api, code: string, pool: string): Promise<County> {
    await openOffice(api, code, pool);
    const desks = new Map<CountyDuty, Desk>();
    for (const duty of countyDuties)
      desks.set(duty, (await api.demo(duty)).acting({ 'x-office': code }));
    return new County(code, desks);
  }

  static async open(api: Api, code: string, pool: string): Promise<County> {
    await openOffice(api, code, pool);
    const desks = new Map<CountyDuty, Desk>();
    for (const [at, duty] of countyDuties.entries()) {
      const who = {
        actorId: `${duty}-${code}`,
        office: code,
        no: 10 * Number(code.slice(-3)) + at,
      };
      desks.set(duty, await employ(api, who, [duty]));
    }
    return new County(code, desks);
  }
}

async function openOffice(api: Api, code: string, pool: string): Promise<void> {
  const names = { zh: `${code}区`, en: `District ${code}` };
  const office = { code, kind: 'county', parent: pool, jurisdiction: pool, names };
  await (await api.demo('system-admin')).does('POST', '/offices', office);
}

export type Employee = Readonly<{ actorId: string; office: string; no: number }>;

/** Registers a person, grants the duties by two hands, and opens a first account. */
export async function employ(
  api: Api,
  { actorId, office, no }: Employee,
  held: readonly Duty[],
): Promise<Desk> {
  const security = await api.demo('security-admin');
  const audit = await api.demo('audit-admin');
  const { id18: idNumber } = residentId(no, '19800203');
  const person = { actorId, office, name: '经办', idNumber };
  await security.does('POST', '/actors', person);
  for (const duty of held) {
    const term = { duty, office, from: '2026-01-01' };
    await security.does('POST', `/actors/${actorId}/duties`, term);
    await audit.does('PUT', `/actors/${actorId}/duties`, term);
  }
  return openAccount(api, actorId, actorId);
}

/** Another door for the same person: a new login, and a password of one's own at once. */
export async function openAccount(api: Api, actorId: string, login: string): Promise<Desk> {
  const security = await api.demo('security-admin');
  const audit = await api.demo('audit-admin');
  const path = `/actors/${actorId}/accounts`;
  const { accountId } = await security.does('POST', path, { login });
  const opened = await audit.does('PUT', `${path}/${String(accountId)}`, { login });
  const once = await api.signIn(login, String(opened['password']));
  const next = 'a-lamp-by-the-river-2026';
  const changed = await once.does('POST', '/me/password', { current: opened['password'], next });
  if (typeof changed['session'] !== 'string') throw new Error(`${login} has no session`);
  return api.signIn(login, next);
}
