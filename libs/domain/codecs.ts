import { accountCodecs } from './account/account.events.js';
import { actorIdentityCodecs } from './actor/actor-identity.events.js';
import { actorCodecs } from './actor/actor.events.js';
import { loginCodecs } from './actor/login.events.js';
import { awardCodecs } from './award/award.events.js';
import { batchCodecs } from './batch/batch.events.js';
import { claimCodecs } from './claim/claim.events.js';
import type { EventCodec } from './codec.js';
import { declarationCodecs } from './declaration/declaration.events.js';
import { employerCodecs } from './employer/employer.events.js';
import { fundAccountCodecs } from './fund-account/fund-account.events.js';
import { grantCodecs } from './grant/grant.events.js';
import { identityCodecs } from './identity/identity.events.js';
import { monthCodecs } from './month/month.events.js';
import { noticeCodecs } from './notice/notice.events.js';
import { officeCodecs } from './office/office.events.js';
import { personCodecs } from './person/person.events.js';
import { planCodecs } from './plan/plan.events.js';
import { poolMonthCodecs } from './month/pool-month.events.js';
import { askedMonthsCodecs } from './recovery/asked-months.events.js';
import { recoveryCodecs } from './recovery/recovery.events.js';
import { repaymentCodecs } from './recovery/repayment.events.js';
import { rollCodecs } from './roll/roll.events.js';
import { verificationCodecs } from './verification/verification.events.js';

/**
 * How each event type stands on disk; a type belongs to one aggregate, so one list holds them all.
 */
export const codecs: Readonly<Record<string, EventCodec>> = {
  ...accountCodecs,
  ...actorCodecs,
  ...actorIdentityCodecs,
  ...askedMonthsCodecs,
  ...awardCodecs,
  ...batchCodecs,
  ...claimCodecs,
  ...declarationCodecs,
  ...employerCodecs,
  ...fundAccountCodecs,
  ...grantCodecs,
  ...identityCodecs,
  ...loginCodecs,
  ...monthCodecs,
  ...noticeCodecs,
  ...officeCodecs,
  ...personCodecs,
  ...planCodecs,
  ...poolMonthCodecs,
  ...recoveryCodecs,
  ...repaymentCodecs,
  ...rollCodecs,
  ...verificationCodecs,
};
