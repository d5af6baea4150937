import type { Type } from '@nestjs/common';
import { AccountChangesController } from './controllers/account-changes.controller.js';
import { ImportsController } from './controllers/imports.controller.js';
import { ActorsController } from './controllers/actors.controller.js';
import { BatchesController } from './controllers/batches.controller.js';
import { BoardsController } from './controllers/boards.controller.js';
import { BusinessDayController } from './controllers/business-day.controller.js';
import { CalculationsController } from './controllers/calculations.controller.js';
import { ClaimsController } from './controllers/claims.controller.js';
import { DocumentationController } from './controllers/documentation.controller.js';
import { EmployersController } from './controllers/employers.controller.js';
import { EventsController } from './controllers/events.controller.js';
import { HealthController } from './controllers/health.controller.js';
import { InboxController } from './controllers/inbox.controller.js';
import { MonthsController } from './controllers/months.controller.js';
import { OfficesController } from './controllers/offices.controller.js';
import { PersonsController } from './controllers/persons.controller.js';
import { PlansController } from './controllers/plans.controller.js';
import { ReceiptsController } from './controllers/receipts.controller.js';
import { RecoveriesController } from './controllers/recoveries.controller.js';
import { RollsController } from './controllers/rolls.controller.js';
import { SessionController } from './controllers/session.controller.js';
import { VerificationController } from './controllers/verification.controller.js';
import { WorkController } from './controllers/work.controller.js';

/** Every controller that the server serves. */
export const controllers: readonly Type[] = [
  DocumentationController,
  HealthController,
  SessionController,
  BusinessDayController,
  WorkController,
  InboxController,
  OfficesController,
  ActorsController,
  CalculationsController,
  ImportsController,
  BoardsController,
  EmployersController,
  PersonsController,
  AccountChangesController,
  ClaimsController,
  VerificationController,
  RollsController,
  PlansController,
  BatchesController,
  ReceiptsController,
  RecoveriesController,
  MonthsController,
  EventsController,
];
