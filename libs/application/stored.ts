import { accountDecider } from '#domain/account/account.js';
import { accountCodecs } from '#domain/account/account.events.js';
import { actorCodecs } from '#domain/actor/actor.events.js';
import { actorDecider } from '#domain/actor/actor.js';
import { actorIdentityCodecs } from '#domain/actor/actor-identity.events.js';
import { actorIdentityDecider } from '#domain/actor/actor-identity.js';
import { loginCodecs } from '#domain/actor/login.events.js';
import { loginDecider } from '#domain/actor/login.js';
import { awardCodecs } from '#domain/award/award.events.js';
import { awardDecider } from '#domain/award/award.js';
import { batchCodecs } from '#domain/batch/batch.events.js';
import { batchDecider } from '#domain/batch/batch.js';
import { claimCodecs } from '#domain/claim/claim.events.js';
import { claimDecider } from '#domain/claim/claim.js';
import { declarationCodecs } from '#domain/declaration/declaration.events.js';
import { declarationDecider } from '#domain/declaration/declaration.js';
import { employerCodecs } from '#domain/employer/employer.events.js';
import { employerDecider } from '#domain/employer/employer.js';
import { grantCodecs } from '#domain/grant/grant.events.js';
import { grantDecider } from '#domain/grant/grant.js';
import { identityCodecs } from '#domain/identity/identity.events.js';
import { identityDecider } from '#domain/identity/identity.js';
import { monthCodecs } from '#domain/month/month.events.js';
import { monthDecider } from '#domain/month/month.js';
import { poolMonthCodecs } from '#domain/month/pool-month.events.js';
import { poolMonthDecider } from '#domain/month/pool-month.js';
import { noticeCodecs } from '#domain/notice/notice.events.js';
import { noticeDecider } from '#domain/notice/notice.js';
import { officeCodecs } from '#domain/office/office.events.js';
import { officeDecider } from '#domain/office/office.js';
import { personCodecs } from '#domain/person/person.events.js';
import { personDecider } from '#domain/person/person.js';
import { planCodecs } from '#domain/plan/plan.events.js';
import { planDecider } from '#domain/plan/plan.js';
import { askedMonthsCodecs } from '#domain/recovery/asked-months.events.js';
import { askedMonthsDecider } from '#domain/recovery/asked-months.js';
import { recoveryCodecs } from '#domain/recovery/recovery.events.js';
import { recoveryDecider } from '#domain/recovery/recovery.js';
import { repaymentCodecs } from '#domain/recovery/repayment.events.js';
import { repaymentDecider } from '#domain/recovery/repayment.js';
import { rollCodecs } from '#domain/roll/roll.events.js';
import { rollDecider } from '#domain/roll/roll.js';
import { verificationCodecs } from '#domain/verification/verification.events.js';
import { verificationDecider } from '#domain/verification/verification.js';

/** Each aggregate as the store knows it: its decider and how its events are written. */
export const stored = {
  account: { decider: accountDecider, codecs: accountCodecs },
  actor: { decider: actorDecider, codecs: actorCodecs },
  actorIdentity: { decider: actorIdentityDecider, codecs: actorIdentityCodecs },
  askedMonths: { decider: askedMonthsDecider, codecs: askedMonthsCodecs },
  award: { decider: awardDecider, codecs: awardCodecs },
  batch: { decider: batchDecider, codecs: batchCodecs },
  claim: { decider: claimDecider, codecs: claimCodecs },
  declaration: { decider: declarationDecider, codecs: declarationCodecs },
  employer: { decider: employerDecider, codecs: employerCodecs },
  grant: { decider: grantDecider, codecs: grantCodecs },
  identity: { decider: identityDecider, codecs: identityCodecs },
  login: { decider: loginDecider, codecs: loginCodecs },
  month: { decider: monthDecider, codecs: monthCodecs },
  notice: { decider: noticeDecider, codecs: noticeCodecs },
  office: { decider: officeDecider, codecs: officeCodecs },
  person: { decider: personDecider, codecs: personCodecs },
  plan: { decider: planDecider, codecs: planCodecs },
  recovery: { decider: recoveryDecider, codecs: recoveryCodecs },
  repayment: { decider: repaymentDecider, codecs: repaymentCodecs },
  poolMonth: { decider: poolMonthDecider, codecs: poolMonthCodecs },
  roll: { decider: rollDecider, codecs: rollCodecs },
  verification: { decider: verificationDecider, codecs: verificationCodecs },
} as const;
