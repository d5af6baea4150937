import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { App } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { reserveClaim } from '#application/reactions/claims.js';
import { ReactionLane } from '#application/reactions/runner.js';
import { stored } from '#application/stored.js';
import { decode, Transact } from '#application/transact.js';
import { claimStream } from '#domain/claim/claim.js';
import { codecs } from '#domain/codecs.js';
import { personStream } from '#domain/person/person.js';
import { refuse } from '#domain/refusal.js';
import { day } from '#domain/values/calendar.js';
import { MemoryEventStore } from '#event-store/memory-store.js';
import { VersionConflict, type AppendItem, type Metadata } from '#event-store/port.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

/** What a lane of its own does with an event that it is told of, in a log of two offices. */
describe('a lane of reactions', () => {
  let test: TestSystem;
  let end: AbortController;
  let answers: (() => void)[];
  let stops: string[];
  let lanes = 0;

  beforeAll(async () => {
    test = await openTestSystem();
    await new Bureau(test.system.app, '440100', ['440103']).openOffices('2026-10-01');
  }, 60_000);

  beforeEach(() => {
    end = new AbortController();
    answers = [];
    stops = [];
  });

  afterAll(() => test.close());

  const outage = () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' });
  };
  const poison = () => {
    throw new Error('an impossible event');
  };
  const refusing = () => refuse('CONFLICT_TRY_AGAIN', { stream: 'person-P1' });

  /** Each event is answered by the next of the answers, and done when there is none left. */
  function laneOf(): { lane: ReactionLane; done: bigint[]; name: string } {
    lanes += 1;
    const name = `trial-${lanes}`;
    const done: bigint[] = [];
    const { app } = test.system;
    const react = (_app: unknown, { position }: { position: bigint }): Promise<void> => {
      answers.shift()?.();
      done.push(position);
      return Promise.resolve();
    };
    const lane = new ReactionLane({
      ...{ name, app, codecs, pool: app.pool, store: app.store, unblockedBy: [] },
      reactions: [
        { name, on: ['OfficeOpened'], react: async (given, cause) => react(given, cause) },
      ],
      onStopped: (stopped) => stops.push(stopped),
    });
    return { lane, done, name };
  }

  async function errorOf(name: string): Promise<string | null | undefined> {
    const { rows } = await test.system.app.pool.query<{ error: string | null }>(
      'select error from reaction_checkpoint where lane = $1',
      [name],
    );
    return rows[0]?.error;
  }

  it('begins again after a fault that passes, and blames no event for it', async () => {
    answers = [outage];
    const { lane, done, name } = laneOf();
    await expect(lane.run(end.signal)).rejects.toThrow('terminating connection');
    expect([stops, await errorOf(name), done]).toEqual([[], null, []]);
    const running = lane.run(end.signal);
    await lane.waitFor(2n);
    expect(done).toEqual([1n, 2n]);
    end.abort();
    await running;
  });

  it('stops at an event that it cannot answer, and whoever waits is told', async () => {
    answers = [() => undefined, poison];
    const { lane, done, name } = laneOf();
    const told = lane.waitFor(2n).catch((error: unknown) => error);
    await lane.run(end.signal);
    expect(await told).toMatchObject({ code: 'REACTIONS_STOPPED', facts: { lane: name } });
    expect([stops, await errorOf(name), done]).toEqual([[name], 'an impossible event', [1n]]);
    await expect(lane.waitFor(2n)).rejects.toMatchObject({ code: 'REACTIONS_STOPPED' });
    const again = lane.run(end.signal);
    await lane.waitFor(2n);
    expect([await errorOf(name), done]).toEqual([null, [1n, 2n]]);
    end.abort();
    await again;
  });

  it('asks again what was refused in a rush, though no event says that it has passed', async () => {
    answers = [refusing];
    const { lane, done } = laneOf();
    const running = lane.run(end.signal);
    await lane.waitFor(2n);
    expect(done).toEqual([2n]);
    await lane.askAgain();
    expect(done).toEqual([2n, 1n]);
    end.abort();
    await running;
  });
});

/** What a lane does with many events that one answer is enough for. */
describe('a reaction that answers many events together', () => {
  let test: TestSystem;
  let lanes = 0;
  const offices = ['440103', '440104', '440105', '440106'];

  beforeAll(async () => {
    test = await openTestSystem();
    await new Bureau(test.system.app, '440100', offices).openOffices('2026-10-01');
  }, 60_000);

  afterAll(() => test.close());

  /** What was answered, in its order; `fault` is thrown by each answer that holds the position. */
  async function answered(
    position: bigint | undefined,
    fault: () => never,
  ): Promise<Readonly<{ told: readonly string[]; stops: readonly bigint[]; blocks: bigint[] }>> {
    lanes += 1;
    const name = `together-${lanes}`;
    const told: string[] = [];
    const stops: bigint[] = [];
    const { app } = test.system;
    const answer = (causes: readonly Readonly<{ position: bigint }>[]): Promise<void> => {
      told.push(causes.map((cause) => String(cause.position)).join('+'));
      if (causes.some((cause) => cause.position === position)) fault();
      return Promise.resolve();
    };
    const lane = new ReactionLane({
      ...{ name, app, codecs, pool: app.pool, store: app.store, unblockedBy: [] },
      reactions: [
        {
          ...{ name, on: ['OfficeOpened'] },
          react: async (_app, cause) => answer([cause]),
          reactTogether: async (_app, causes) => answer(causes),
        },
      ],
      onStopped: (_name, at) => stops.push(at),
    });
    await lane.catchUp();
    const { rows } = await app.pool.query<{ position: bigint }>(
      'select position from reaction_block where reaction = $1',
      [name],
    );
    return { told, stops, blocks: rows.map((row) => row.position) };
  }

  const all = '1+2+3+4+5';
  const never = () => {
    throw new Error('nothing is wrong with any event');
  };

  it('is asked once', async () => {
    expect(await answered(undefined, never)).toEqual({ told: [all], stops: [], blocks: [] });
  });

  it('is asked one by one when something is wrong, and only what is refused waits', async () => {
    const refusing = () => refuse('CONFLICT_TRY_AGAIN', { stream: 'person-P1' });
    const told = [all, '1', '2', '3', '4', '5'];
    expect(await answered(3n, refusing)).toEqual({ told, stops: [], blocks: [3n] });
  });

  it('stops at the one event that it cannot answer', async () => {
    const poison = () => {
      throw new Error('an impossible event');
    };
    expect(await answered(3n, poison)).toEqual({
      told: [all, '1', '2', '3'],
      ...{ stops: [3n], blocks: [] },
    });
  });

  it('is not asked one by one in an outage', async () => {
    const outage = () => {
      throw Object.assign(new Error('terminating connection'), { code: '57P01' });
    };
    await expect(answered(3n, outage)).rejects.toThrow('terminating connection');
  });
});

/** Somebody else is always quicker at a person's stream, until the rush is over. */
class RushedStore extends MemoryEventStore {
  rush = false;

  override append(item: AppendItem) {
    if (this.rush && item.stream.startsWith('person-'))
      throw new VersionConflict(item.stream, item.expected, 'none');
    return super.append(item);
  }
}

describe('reserving a claim', () => {
  let test: TestSystem;

  beforeAll(async () => {
    test = await openTestSystem();
  }, 60_000);

  afterAll(() => test.close());

  it('turns nobody away for a rush, and admits the claim when that is over', async () => {
    const store = new RushedStore();
    const transact = new Transact(store);
    const app: App = { ...test.system.app, store, transact };
    const personRef = 'P1';
    const sealed = { ref: 'identity-P1', sealedSha256: 'aa' };
    const at = { household: 'urban', office: '440103', enrolledOn: day('2020-01-01') };
    const enrolled = { personRef, identityKey: 'k1', identity: sealed, ...at };
    const account = { accountRef: 'account-1', accountKey: 'a1', sealedSha256: 'bb' };
    const bureau = new Bureau(app, '440100', ['440103']);
    const { by, on, commandId } = bureau.act('intake', '2026-10-01');
    const enrol = { type: 'EnrolPerson', ...enrolled, on } as const;
    await transact.run(stored.person, personStream(personRef), enrol, contextOf(by, commandId, on));
    const filing = bureau.act('intake', '2026-10-02');
    const file = {
      type: 'FileClaim',
      ...{ claimNo: 'C1', personRef, office: '440103', filedOn: on, account, by, on },
      registration: { termination: '41.1', registeredOn: null, endedOn: null },
      related: [],
    } as const;
    const context = contextOf(by, filing.commandId, on);
    await transact.run(stored.claim, claimStream('C1'), file, context);
    const [recorded] = await store.read(claimStream('C1'));
    if (recorded === undefined) throw new Error('the claim was not filed');
    const cause = {
      ...recorded,
      event: decode(stored.claim.codecs, recorded),
      metadata: JSON.parse(recorded.metadata) as Metadata,
    };
    store.rush = true;
    await expect(reserveClaim.react(app, cause)).rejects.toMatchObject({
      code: 'CONFLICT_TRY_AGAIN',
    });
    store.rush = false;
    await reserveClaim.react(app, cause);
    const claim = await transact.state(stored.claim, claimStream('C1'));
    expect(claim).toMatchObject({ status: 'accepted' });
  });
});
