import { Body, Controller, Param, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import { RunEmployer } from '#application/commands.js';
import type { Receipt } from '#application/transact.js';
import { Duty, Says } from '../access.js';
import { CurrentAct } from '../request.js';
import { dayText, reference } from './schemas.js';

const codeBody = z
  .strictObject({ creditCode: z.string().trim().min(9).max(40), from: dayText })
  .meta({ id: 'CreditCodeChange' });
const mergeBody = z.strictObject({ into: reference }).meta({ id: 'EmployerMerge' });
const closeBody = z.strictObject({ on: dayText }).meta({ id: 'EmployerClosure' });

/** What changes about an employer (单位); the register itself is read beside the other boards. */
@Controller('api/v1/employers/:employerNo')
export class EmployersController {
  constructor(private readonly bus: CommandBus) {}

  @Put('credit-code')
  @Duty('intake')
  @Says('变更统一社会信用代码', 'Change the credit code from a day on')
  changeCode(
    @Param('employerNo', { schema: reference }) employerNo: string,
    @Body({ schema: codeBody }) body: z.infer<typeof codeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunEmployer('changeCreditCode', act, { employerNo, ...body }));
  }

  @Put('merge')
  @Duty('approver')
  @Says('并入另一单位', 'Merge it into another employer')
  merge(
    @Param('employerNo', { schema: reference }) employerNo: string,
    @Body({ schema: mergeBody }) { into }: z.infer<typeof mergeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunEmployer('mergeEmployer', act, { employerNo, into }));
  }

  @Put('closure')
  @Duty('approver')
  @Says('注销单位', 'Close the employer')
  close(
    @Param('employerNo', { schema: reference }) employerNo: string,
    @Body({ schema: closeBody }) { on }: z.infer<typeof closeBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.bus.execute(new RunEmployer('closeEmployer', act, { employerNo, on }));
  }
}
