import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { employerRegister } from '#projections/employer-register.js';
import { isOutage } from '#projections/outage.js';
import { personRegister } from '#projections/person-register.js';
import type { FoldedEvent, Projection } from '#projections/projection.js';
import { openOffice, tell, type Office, type Told } from './harness.js';

/** Counts what it folds, and stops at any event that names the poison while that is poisonous. */
class Tally {
  poison: string | undefined;
  /** Thrown after the rows were written, as a process ends between rows and checkpoint. */
  fault: Error | undefined;

  readonly projection: Projection = {
    name: 'tally',
    version: 1,
    ddl: 'create table tally (position bigint primary key, employer_no text not null);',
    tables: ['tally'],
    types: ['EmployerRegistered'],
    fold: async (events, db) => {
      for (const event of events)
        await db.query('insert into tally values ($1, $2)', [event.position, numberOf(event)]);
      if (this.fault !== undefined) throw this.fault;
      const bad = events.find((event) => numberOf(event) === this.poison);
      if (bad !== undefined) throw new Error(`cannot fold ${numberOf(bad)}`);
    },
  };
}

function numberOf({ data }: FoldedEvent): string {
  return (data as { employerNo: string }).employerNo;
}

function employers(from: number, to: number): readonly Told[] {
  return Array.from({ length: to - from + 1 }, (_none, index) => {
    const employerNo = `E-${from + index}`;
    const name = { ref: employerNo, sealedSha256: 'sha' };
    const code = { creditCode: `code-${employerNo}`, creditCodeValid: true };
    const data = { employerNo, office: '440103', registeredOn: '2012-05-01', name, ...code };
    return { stream: `employer-${employerNo}`, type: 'EmployerRegistered', data };
  });
}

describe('the projection runner', () => {
  let office: Office;
  let tally: Tally;

  beforeEach(async () => {
    tally = new Tally();
    office = await openOffice({}, [tally.projection, employerRegister, personRegister]);
    await tell(office.store, employers(1, 20));
  });
  afterEach(() => office.database.close());

  async function counted(): Promise<number> {
    const { rows } = await office.database.app.query<{ count: bigint }>(
      'select count(*) from read.tally',
    );
    return Number(rows[0]?.count);
  }

  async function standing(name: string) {
    const all = await office.runner().standings();
    return all.find((one) => one.name === name);
  }

  it('folds each event once although two run at the same time', async () => {
    const pair = [office.runner({ chunk: 3 }), office.runner({ chunk: 2 })];
    await Promise.all(pair.map((runner) => runner.catchUp()));
    expect(await counted()).toBe(20);
    expect(office.stops).toEqual([]);
  });

  it('leaves neither rows nor checkpoint when it ends between them', async () => {
    tally.fault = Object.assign(new Error('terminating connection'), { code: '57P01' });
    await expect(office.runner().catchUp()).rejects.toThrow('terminating connection');
    expect(await counted()).toBe(0);
    expect(await standing('tally')).toMatchObject({ position: 0n, error: null });
    tally.fault = undefined;
    await office.runner().catchUp();
    expect(await counted()).toBe(20);
  });

  it('stops one projection at the very event that it cannot fold', async () => {
    tally.poison = 'E-14';
    await office.runner().catchUp();
    expect(office.stops).toEqual([{ name: 'tally', position: 14n, message: 'cannot fold E-14' }]);
    expect(await counted()).toBe(13);
    expect(await standing('tally')).toMatchObject({
      position: 13n,
      error: 'EmployerRegistered at 14: cannot fold E-14',
    });
    expect(await standing('employer_register')).toMatchObject({ position: 20n, error: null });
  });

  it('goes on where it stopped when it is retried, and misses nothing since', async () => {
    tally.poison = 'E-14';
    const runner = office.runner();
    await runner.catchUp();
    await tell(office.store, employers(21, 25));
    await runner.catchUp();
    expect(await counted()).toBe(13);
    tally.poison = undefined;
    await runner.retry('tally');
    expect(await counted()).toBe(25);
    expect(await standing('tally')).toMatchObject({ position: 25n, error: null });
  });

  it('heeds a retry that another process asked for, while it follows the log', async () => {
    tally.poison = 'E-14';
    const end = new AbortController();
    const runner = office.runner();
    const following = runner.run(end.signal);
    await runner.reached(20n);
    tally.poison = undefined;
    await office.runner().retry('tally');
    await tell(office.store, employers(21, 22));
    await runner.reached(22n);
    expect(await counted()).toBe(22);
    end.abort();
    await following;
  });

  it('stays stopped for a runner that starts later', async () => {
    tally.poison = 'E-1';
    await office.runner().catchUp();
    await office.runner().catchUp();
    expect(office.stops).toHaveLength(1);
    expect(await counted()).toBe(0);
  });

  it('moves the checkpoint of a projection that wanted nothing', async () => {
    await office.runner().catchUp();
    expect(await standing('person_register')).toMatchObject({ position: 20n, error: null });
  });

  it('answers who waits for a position, and no longer waits when it is told to end', async () => {
    const end = new AbortController();
    const runner = office.runner();
    const following = runner.run(end.signal);
    await runner.reached(20n);
    expect(await counted()).toBe(20);
    const waiting = runner.reached(21n, end.signal);
    end.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await following;
  });

  it('needs two connections', () => {
    const pool = { ...office.database.app, options: { max: 1 } } as typeof office.database.app;
    expect(() => office.runner({ pool })).toThrow('two connections');
  });
});

describe('an outage', () => {
  it.each([
    ['08006', '', true],
    ['40P01', '', true],
    ['57P01', '', true],
    ['ECONNREFUSED', '', true],
    ['', 'Connection terminated unexpectedly', true],
    ['22P02', 'invalid input syntax', false],
    ['23505', 'duplicate key', false],
    ['', 'impossible history: X in a person', false],
  ])('%s %s', (code, message, expected) => {
    expect(isOutage(Object.assign(new Error(message), code === '' ? {} : { code }))).toBe(expected);
  });
});
