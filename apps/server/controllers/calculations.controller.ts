import { Body, Controller, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { calculate } from '#law/calculate.js';
import { Reads, Says, SignedIn } from '../access.js';
import { serverDeps, type ServerDeps } from '../deps.js';

const question = z.record(z.string(), z.unknown());
const questions = z.union([question, z.array(question).max(10_000)]);

/** What the law gives, one question or many; the facts asked about are kept nowhere. */
@Controller('api/v1/calculations')
export class CalculationsController {
  constructor(@Inject(serverDeps) private readonly deps: ServerDeps) {}

  @Post()
  @SignedIn()
  @Reads()
  @Says('依法计算', 'Calculate what the law gives')
  answer(@Body({ schema: questions }) input: z.infer<typeof questions>): object {
    return calculate(input, this.deps.app.law.policies);
  }
}
