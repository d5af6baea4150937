import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codecs } from '#domain/codecs.js';
import { projections } from '#projections/all.js';
import { personRegister } from '#projections/person-register.js';
import { rebuild, type RebuildOptions, type Rebuilt } from '#projections/rebuild.js';
import { dump, openOffice, tell, type Office } from './harness.js';
import { papers, story } from './story.js';

describe('a rebuild beside the live tables', () => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(papers);
    await tell(office.store, story);
    await office.runner().catchUp();
  });
  afterAll(() => office.database.close());

  function rebuilt(
    projection = personRegister,
    over: Partial<RebuildOptions> = {},
  ): Promise<Rebuilt> {
    const { database, store, sources } = office;
    return rebuild({ ownerPool: database.owner, store, codecs, sources, projection, ...over });
  }

  it('gives the same rows for every projection and takes their place', async () => {
    const before = await dump(office.database.app);
    for (const projection of projections) {
      const result = await rebuilt(projection);
      expect({ name: projection.name, ...result }).toEqual({
        name: projection.name,
        position: BigInt(story.length),
        differences: [],
        swapped: true,
      });
    }
    expect(await dump(office.database.app)).toEqual(before);
  });

  it('finds a row changed by hand and leaves it until it is told to replace it', async () => {
    await office.database.owner.query(
      `update read.person_register set leftover_months = 9 where person_ref = 'P-2'`,
    );
    const { differences, swapped } = await rebuilt();
    expect(swapped).toBe(false);
    expect(differences).toMatchObject([{ table: 'person_register', liveOnly: 1, rebuiltOnly: 1 }]);
    expect(differences[0]?.first).toContain('"P-2"');
    expect((await rebuilt(personRegister, { compareOnly: true })).differences).toHaveLength(1);
    expect((await rebuilt(personRegister, { replaceDifferent: true })).swapped).toBe(true);
    expect((await rebuilt()).differences).toEqual([]);
  });

  it('finds rows that were taken out or slipped in', async () => {
    const { owner } = office.database;
    await owner.query(`delete from read.contribution where person_ref = 'P-3'`);
    const ledger = projections.find(({ name }) => name === 'contribution_ledger');
    const lost = await rebuilt(ledger, { compareOnly: true });
    expect(lost.differences).toMatchObject([
      { table: 'contribution', liveOnly: 0, rebuiltOnly: 1 },
    ]);
    await rebuilt(ledger, { replaceDifferent: true });
    await owner.query('insert into read.contribution select * from read.contribution limit 1');
    const added = await rebuilt(ledger, { compareOnly: true });
    expect(added.differences).toMatchObject([
      { table: 'contribution', liveOnly: 1, rebuiltOnly: 0 },
    ]);
    await rebuilt(ledger, { replaceDifferent: true });
  });

  it('keeps what the app role may do, and the live projection goes on folding', async () => {
    await rebuilt();
    const more = story.filter(({ stream }) => stream === 'person-P-2');
    await tell(
      office.store,
      more.map((one) => ({
        ...one,
        stream: 'person-P-9',
        data: { ...one.data, personRef: 'P-9' },
      })),
    );
    await office.runner().catchUp();
    expect(office.stops).toEqual([]);
    expect((await rebuilt()).differences).toEqual([]);
  });

  it('says how far it is, and compares where the live tables stand', async () => {
    const seen: bigint[] = [];
    const head = await office.store.head();
    await tell(office.store, [
      { stream: 'person-P-9', type: 'RegistrationWithdrawn', data: { on: '2026-10-20' } },
    ]);
    const { position, differences } = await rebuilt(personRegister, {
      onProgress: (folded) => seen.push(folded),
    });
    expect({ position, differences, last: seen.at(-1) }).toEqual({
      position: head,
      differences: [],
      last: head,
    });
  });

  it('has nothing to compare with before the first fold', async () => {
    await office.database.owner.query(
      `delete from read.projection_checkpoint where name = 'person_register'`,
    );
    await expect(rebuilt()).rejects.toThrow('person_register has not been folded yet');
  });
});
