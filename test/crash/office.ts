import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Act, App } from '#application/app.js';
import { derivedId } from '#application/ids.js';
import { day, month as monthOf } from '#domain/values/calendar.js';
import { Bureau, type Hand } from '#test/application/bureau.js';
import { residentId } from '#test/stories/desk.js';

export const pool = '440100';
export const office = '440103';
export const month = monthOf('2026-10');

/** An office whose command ids follow from the step it is at: begun again, it says the same. */
export class SteadyBureau extends Bureau {
  private step = '';
  private taken = 0;

  constructor(app: App) {
    super(app, pool, [office]);
  }

  at(step: string): void {
    this.step = step;
    this.taken = 0;
  }

  override act(hand: Hand, on: string): Act {
    this.taken += 1;
    const commandId = derivedId('steady', this.step, hand, this.taken);
    return { ...super.act(hand, day(on)), commandId };
  }
}

/** People and their awards in force, brought in and signed: a month waits to be paid. */
export async function goLive(app: App, folder: string, awards: number): Promise<void> {
  const bureau = new SteadyBureau(app);
  bureau.at('go-live');
  await bureau.openOffices('2026-10-01');
  await bureau.openMonth(office, month, '2026-10-01');
  const files = await writeFiles(folder, awards);
  await bureau.takeIn('persons', files.persons, '2026-10-01');
  const { outcome } = await bureau.takeIn('opening', files.opening, '2026-10-01');
  await bureau.signRolls(outcome.made, '2026-10-01');
}

export const extractOf = (folder: string): string => join(folder, 'extracts.csv');
export const signInsOf = (folder: string): string => join(folder, 'sign-ins.csv');

async function writeFiles(folder: string, awards: number) {
  const all = Array.from({ length: awards }, (_, at) => at);
  const person = (at: number): string => `P${10_000 + at}`;
  const persons = all.map((at) => `${person(at)},${residentId(at).id18},孙八,urban,2010-01-01`);
  const opening = all.map((at) => {
    const account = `102581000001,62220000${200_000 + at},孙八`;
    return `A${10_000 + at},${person(at)},12,3,2026-07,${241_200 + at},${office},${account}`;
  });
  // The last one does not sign in: his line is held, and stays due.
  const signIns = all.slice(0, -1).map((at) => `${person(at)},${month}-06`);
  const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
  const files = { persons: join(folder, 'persons.csv'), opening: join(folder, 'opening.csv') };
  await mkdir(folder, { recursive: true });
  await write(files.persons, ['number,id,name,household,enrolledOn', ...persons]);
  await write(files.opening, [`${columns},bankCode,account,holder`, ...opening]);
  await write(signInsOf(folder), ['person,signedOn', ...signIns]);
  // The last but one draws a pension since the month before: his line of this month is withdrawn.
  const hit = `退休登记,${residentId(awards - 2).id18},pension,2026-09-20`;
  await write(extractOf(folder), ['source,id,event,happenedOn', hit]);
  return files;
}

function write(path: string, lines: readonly string[]): Promise<void> {
  return writeFile(path, `${lines.join('\n')}\n`);
}
