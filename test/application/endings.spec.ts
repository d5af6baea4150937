import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { derivedId } from '#application/ids.js';
import { endAward } from '#application/reactions/endings.js';
import type { Cause } from '#application/reactions/reaction.js';
import { stored } from '#application/stored.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardStream } from '#domain/award/award.js';
import { personStream } from '#domain/person/person.js';
import type { PersonCommand } from '#domain/person/person.commands.js';
import { day, month } from '#domain/values/calendar.js';
import type { Metadata, RecordedEvent } from '#event-store/port.js';
import { bringAward, dueCommand, stopCommand } from '#test/domain/award-samples.js';
import { signer } from '#test/signers.js';
import { openTestSystem, type TestSystem } from './system.js';

const [office, on] = ['440103', day('2026-10-09')];
/** More than are answered in one turn. */
const many = 700;

/** The last month of many awards falls due at once: all of them have run out. */
describe('a month in which many awards end', () => {
  let test: TestSystem;

  beforeEach(async () => {
    test = await openTestSystem();
  }, 60_000);

  afterEach(() => test.close());

  const numbers = Array.from({ length: many }, (_, at) => at);
  const personOf = (no: number) => personStream(`P${no}`);
  const awardOf = (no: number) => awardStream(`A${no}`);

  /** Everybody at once: what one asks for leaves with what the others do. */
  async function everybody(
    step: string,
    commandsOf: (no: number) => Readonly<{ person?: PersonCommand; award?: AwardCommand }>,
  ): Promise<void> {
    const { transact } = test.system.app;
    const one = async (no: number): Promise<void> => {
      const context = contextOf(signer('li'), derivedId(step, no), on);
      const { person, award } = commandsOf(no);
      if (person !== undefined) await transact.run(stored.person, personOf(no), person, context);
      if (award !== undefined) await transact.run(stored.award, awardOf(no), award, context);
    };
    await Promise.all(numbers.map(one));
  }

  async function runOut(): Promise<void> {
    await everybody('enrol', (no) => ({
      person: {
        type: 'EnrolPerson',
        ...{ personRef: `P${no}`, identityKey: `k${no}`, office, household: 'urban' },
        ...{ identity: { ref: `identity-${no}`, sealedSha256: 'aa11' }, enrolledOn: on, on },
      },
      award: {
        ...{ ...bringAward, awardNo: `A${no}`, personRef: `P${no}`, office },
        ...{ monthsAwarded: 4, monthsDrawn: 3, nextMonth: month('2026-10') },
      },
    }));
    await everybody('grant', (no) => ({
      person: { type: 'GrantAward', awardNo: `A${no}`, imported: true },
    }));
    await everybody('due', () => ({ award: dueCommand('2026-10') }));
  }

  const settle = async () => test.system.app.settled(await test.system.app.store.head());

  async function ofType(...types: readonly string[]): Promise<readonly RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for await (const events of test.system.app.store.readAll(0n))
      found.push(...events.filter(({ type }) => types.includes(type)));
    return found;
  }

  const causesOf = (events: readonly RecordedEvent[]): readonly Cause[] =>
    events.map(({ id, stream, position, type, data, metadata }) => ({
      ...{ id, stream, position, metadata: JSON.parse(metadata) as Metadata },
      event: { type, data: JSON.parse(data) as object },
    }));

  const together = async (causes: readonly Cause[]): Promise<void> =>
    endAward.reactTogether?.(test.system.app, causes);

  it('frees each person, as the event that it follows from says, in a few appends', async () => {
    await runOut();
    await settle();
    const causes = await ofType('AwardExhausted');
    const ends = await ofType('AwardEnded');
    const expected = causes.map(({ id, stream }) => {
      const personRef = stream.replace('award-A', 'P');
      return derivedId(derivedId(id, 'end-award', personRef), personStream(personRef), 0);
    });
    expect(expected).toHaveLength(many);
    expect(ends.map(({ id }) => id).sort()).toEqual([...expected].sort());
    const { rows } = await test.system.app.pool.query<{ links: number }>(
      'select count(*)::int as links from links where first >= $1',
      [ends[0]?.position],
    );
    expect(rows[0]?.links).toBeLessThan(many / 10);
  }, 60_000);

  it('adds nothing when it is answered again, whatever has become of a person since', async () => {
    await runOut();
    await settle();
    const resume = { type: 'GrantAward', awardNo: 'A0', resumed: true } as const;
    const context = contextOf(signer('li'), derivedId('resume'), on);
    await test.system.app.transact.run(stored.person, personOf(0), resume, context);
    const before = await test.system.app.store.head();
    await together(causesOf(await ofType('AwardExhausted')));
    expect(await test.system.app.store.head()).toBe(before);
  }, 60_000);

  it('tells the causes of one award in their order', async () => {
    await runOut();
    await settle();
    const stop = { ...stopCommand('2026-10'), lastMonth: month('2026-09') };
    const context = contextOf(signer('li'), derivedId('stop'), on);
    await test.system.app.transact.run(stored.award, awardOf(0), stop, context);
    await settle();
    const causes = causesOf(await ofType('AwardExhausted', 'AwardStopped'));
    const before = await test.system.app.store.head();
    await together(causes.filter(({ stream }) => stream === awardOf(0)));
    expect(await test.system.app.store.head()).toBe(before);
    const ends = await ofType('AwardEnded');
    const mine = ends.filter(({ stream }) => stream === personOf(0));
    expect(mine.map(({ data }) => JSON.parse(data) as object)).toEqual([
      { awardNo: 'A0', leftoverMonths: 0 },
      { awardNo: 'A0', leftoverMonths: 1 },
    ]);
  }, 60_000);
});
