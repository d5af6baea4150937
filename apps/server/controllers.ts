import type { Type } from '@nestjs/common';
import { BusinessDayController } from './controllers/business-day.controller.js';
import { DocumentationController } from './controllers/documentation.controller.js';
import { HealthController } from './controllers/health.controller.js';
import { SessionController } from './controllers/session.controller.js';
import { WorkController } from './controllers/work.controller.js';

/** Every controller that the server serves. */
export const controllers: readonly Type[] = [
  DocumentationController,
  HealthController,
  SessionController,
  BusinessDayController,
  WorkController,
];
