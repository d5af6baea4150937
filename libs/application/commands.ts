import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  proposeAccountChange,
  reviewSharing,
  sendAccountChangeBack,
  signAccountChange,
} from './account-changes.js';
import type { Act, App } from './app.js';
import { carriedOut } from './aside-works.js';
import { confirmStop, proposeStop, sendBatchBack, signBatch } from './batches.js';
import {
  approveClaim,
  authoriseClaim,
  fileClaim,
  resubmitClaim,
  reviewClaim,
  sendClaimBack,
  withdrawClaim,
} from './claims.js';
import { importFile, type ImportInput, type Progress } from './imports/import-file.js';
import { cutMonth, openMonth, sendCloseBack } from './months.js';
import { changeCreditCode, closeEmployer, mergeEmployer } from './employers.js';
import { mergePersons, withdrawRegistration } from './people.js';
import { proposePlan, sendPlanBack, signPlan } from './plans.js';
import { openRecovery, recordRepayment, sendRecoveryBack, signRecovery } from './recoveries.js';
import { sendRollBack, signRoll } from './rolls.js';
import { approveResend, proposeResend, querySubmission } from './sending.js';
import { Staff } from './staff.js';
import {
  declareNoSignIns,
  dropProposal,
  openWindow,
  sendProposalBack,
  signProposal,
} from './verifications.js';
import { proposeResumption } from './resumptions.js';

/** Under which the application and the staff's register are handed to the handlers. */
export const applicationToken = Symbol('application');
export const staffToken = Symbol('staff');

/** A use case: everything that it touches, who acts, and what is asked. */
type Deed<Input, Answer> = (app: App, act: Act, input: Input) => Promise<Answer>;
type Deeds = Readonly<Record<string, Deed<never, unknown>>>;
type InputOf<D> = D extends Deed<infer Input, unknown> ? Input : never;
type AnswerOf<D> = D extends Deed<never, infer Answer> ? Answer : never;

/** One envelope a noun carries any of its commands over the bus: by name, with who and what. */
abstract class Envelope<Of extends Deeds, Name extends keyof Of> extends Command<
  AnswerOf<Of[Name]>
> {
  constructor(
    readonly name: Name,
    readonly act: Act,
    readonly input: InputOf<Of[Name]>,
  ) {
    super();
  }
}

function run<Of extends Deeds>(
  deeds: Of,
  app: App,
  { name, act, input }: Envelope<Of, keyof Of>,
): Promise<AnswerOf<Of[keyof Of]>> {
  // The name pairs the use case with its input, which the compiler cannot carry through a lookup.
  const deed = deeds[name] as unknown as Deed<unknown, AnswerOf<Of[keyof Of]>>;
  return deed(app, act, input);
}

const claims = {
  fileClaim,
  approveClaim,
  reviewClaim,
  authoriseClaim,
  sendClaimBack,
  resubmitClaim,
  withdrawClaim,
} as const;

export class RunClaim<Name extends keyof typeof claims> extends Envelope<typeof claims, Name> {}

@CommandHandler(RunClaim)
export class RunClaimHandler implements ICommandHandler<RunClaim<keyof typeof claims>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunClaim<keyof typeof claims>) {
    return run(claims, this.app, command);
  }
}

const accountChanges = {
  proposeAccountChange,
  signAccountChange,
  sendAccountChangeBack,
  reviewSharing,
} as const;

export class RunAccountChange<Name extends keyof typeof accountChanges> extends Envelope<
  typeof accountChanges,
  Name
> {}

@CommandHandler(RunAccountChange)
export class RunAccountChangeHandler implements ICommandHandler<
  RunAccountChange<keyof typeof accountChanges>
> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunAccountChange<keyof typeof accountChanges>) {
    return run(accountChanges, this.app, command);
  }
}

const imports = {
  importFile: (
    app: App,
    act: Act,
    { progress, ...input }: ImportInput & Readonly<{ progress: Progress }>,
  ) => importFile(app, act, input, progress),
} as const;

export class RunImport<Name extends keyof typeof imports> extends Envelope<typeof imports, Name> {}

@CommandHandler(RunImport)
export class RunImportHandler implements ICommandHandler<RunImport<keyof typeof imports>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunImport<keyof typeof imports>) {
    return run(imports, this.app, command);
  }
}

const verifications = {
  openWindow,
  proposeResumption,
  signProposal,
  dropProposal,
  sendProposalBack,
  declareNoSignIns,
  judgeSignIns: carriedOut('judgeSignIns'),
} as const;

export class RunVerification<Name extends keyof typeof verifications> extends Envelope<
  typeof verifications,
  Name
> {}

@CommandHandler(RunVerification)
export class RunVerificationHandler implements ICommandHandler<
  RunVerification<keyof typeof verifications>
> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunVerification<keyof typeof verifications>) {
    return run(verifications, this.app, command);
  }
}

const persons = { mergePersons, withdrawRegistration } as const;

export class RunPerson<Name extends keyof typeof persons> extends Envelope<typeof persons, Name> {}

@CommandHandler(RunPerson)
export class RunPersonHandler implements ICommandHandler<RunPerson<keyof typeof persons>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunPerson<keyof typeof persons>) {
    return run(persons, this.app, command);
  }
}

const employers = { changeCreditCode, mergeEmployer, closeEmployer } as const;

export class RunEmployer<Name extends keyof typeof employers> extends Envelope<
  typeof employers,
  Name
> {}

@CommandHandler(RunEmployer)
export class RunEmployerHandler implements ICommandHandler<RunEmployer<keyof typeof employers>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunEmployer<keyof typeof employers>) {
    return run(employers, this.app, command);
  }
}

const recoveries = { openRecovery, signRecovery, sendRecoveryBack, recordRepayment } as const;

export class RunRecovery<Name extends keyof typeof recoveries> extends Envelope<
  typeof recoveries,
  Name
> {}

@CommandHandler(RunRecovery)
export class RunRecoveryHandler implements ICommandHandler<RunRecovery<keyof typeof recoveries>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunRecovery<keyof typeof recoveries>) {
    return run(recoveries, this.app, command);
  }
}

const rolls = { prepareRoll: carriedOut('prepareRoll'), signRoll, sendRollBack } as const;

export class RunRoll<Name extends keyof typeof rolls> extends Envelope<typeof rolls, Name> {}

@CommandHandler(RunRoll)
export class RunRollHandler implements ICommandHandler<RunRoll<keyof typeof rolls>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunRoll<keyof typeof rolls>) {
    return run(rolls, this.app, command);
  }
}

const plans = { proposePlan, signPlan, sendPlanBack } as const;

export class RunPlan<Name extends keyof typeof plans> extends Envelope<typeof plans, Name> {}

@CommandHandler(RunPlan)
export class RunPlanHandler implements ICommandHandler<RunPlan<keyof typeof plans>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunPlan<keyof typeof plans>) {
    return run(plans, this.app, command);
  }
}

const batches = {
  prepareBatch: carriedOut('prepareBatch'),
  signBatch,
  sendBatchBack,
  proposeStop,
  confirmStop,
  writeFile: carriedOut('writeFile'),
  submitBatch: carriedOut('submitBatch'),
  querySubmission,
  proposeResend,
  approveResend,
} as const;

export class RunBatch<Name extends keyof typeof batches> extends Envelope<typeof batches, Name> {}

@CommandHandler(RunBatch)
export class RunBatchHandler implements ICommandHandler<RunBatch<keyof typeof batches>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunBatch<keyof typeof batches>) {
    return run(batches, this.app, command);
  }
}

const receipts = { bookReceipt: carriedOut('bookReceipt') } as const;

export class RunReceipt<Name extends keyof typeof receipts> extends Envelope<
  typeof receipts,
  Name
> {}

@CommandHandler(RunReceipt)
export class RunReceiptHandler implements ICommandHandler<RunReceipt<keyof typeof receipts>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunReceipt<keyof typeof receipts>) {
    return run(receipts, this.app, command);
  }
}

const months = {
  openMonth,
  cutMonth,
  prepareClose: carriedOut('prepareClose'),
  signClose: carriedOut('signClose'),
  sendCloseBack,
} as const;

export class RunMonth<Name extends keyof typeof months> extends Envelope<typeof months, Name> {}

@CommandHandler(RunMonth)
export class RunMonthHandler implements ICommandHandler<RunMonth<keyof typeof months>> {
  constructor(@Inject(applicationToken) private readonly app: App) {}

  execute(command: RunMonth<keyof typeof months>) {
    return run(months, this.app, command);
  }
}

type StaffDeed =
  | 'openOffice'
  | 'registerActor'
  | 'proposeAccount'
  | 'openAccount'
  | 'withdrawAccount'
  | 'closeAccount'
  | 'proposeDuty'
  | 'grantDuty'
  | 'withdrawDuty'
  | 'revokeDuty'
  | 'declareRelation';

type StaffInput<Name extends StaffDeed> = Parameters<Staff[Name]>[1];

export class RunStaff<Name extends StaffDeed> extends Command<Awaited<ReturnType<Staff[Name]>>> {
  constructor(
    readonly name: Name,
    readonly act: Act,
    readonly input: StaffInput<Name>,
  ) {
    super();
  }
}

@CommandHandler(RunStaff)
export class RunStaffHandler implements ICommandHandler<RunStaff<StaffDeed>> {
  constructor(@Inject(staffToken) private readonly staff: Staff) {}

  execute({ name, act, input }: RunStaff<StaffDeed>) {
    const deed = this.staff[name].bind(this.staff) as (
      act: Act,
      input: unknown,
    ) => Promise<Awaited<ReturnType<Staff[StaffDeed]>>>;
    return deed(act, input);
  }
}
