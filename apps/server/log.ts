import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** JSON lines on the standard error output; the standard output is for answers. */
export function openLog(level: string): Logger {
  return pino({ level, base: { service: 'yuejie' } }, pino.destination({ dest: 2, sync: true }));
}

/** Nest's own messages in the same lines. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug(String(message));
  }

  error(message: unknown): void {
    this.logger.error(String(message));
  }

  warn(message: unknown): void {
    this.logger.warn(String(message));
  }
}
