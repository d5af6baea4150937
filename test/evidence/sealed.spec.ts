import { describe, expect, it } from '@jest/globals';
import { verifySealedRows } from '#evidence/audit/sealed.js';
import type { LogBuilder } from './log-builder.js';
import { twoMonths } from './two-months.js';

async function verified(log: LogBuilder) {
  const { events, verifySealed } = log.sources();
  return verifySealedRows(events(), verifySealed);
}

describe('sealed rows', () => {
  it('are each asked for once, and are right', async () => {
    const log = twoMonths();
    expect(await verified(log)).toEqual({ findings: [], checked: log.sealed.size });
  });

  it('that were changed are named by the first event that binds them', async () => {
    const log = twoMonths();
    log.sealed.set('account-2b', 'another');
    const { findings } = await verified(log);
    const { position } = log.find('AccountChangeProposed', 'account-2b');
    expect(findings).toMatchObject([{ code: 'SEALED_CHANGED', position }]);
  });

  it('that are gone are named by the first event that binds them', async () => {
    const log = twoMonths();
    log.sealed.delete('id-2');
    const { findings } = await verified(log);
    const { position } = log.find('PersonEnrolled', 'id-2');
    expect(findings).toMatchObject([{ code: 'SEALED_MISSING', position }]);
  });

  it('cannot be bound to another hash by a later event', async () => {
    const log = twoMonths();
    const instructed = log.find('PaymentInstructed', 'account-2b');
    const { position } = log.change(instructed, (data) => (data['sealedSha256'] = 'another'));
    const { findings } = await verified(log);
    expect(findings).toMatchObject([{ code: 'SEALED_REBOUND', position }]);
  });
});
