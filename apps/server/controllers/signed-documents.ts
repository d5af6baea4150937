import { Body, Param, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Act } from '#application/app.js';
import type { Receipt } from '#application/transact.js';
import type { Seen } from '#domain/signing/signing.js';
import { Duty, Says } from '../access.js';
import { CurrentAct } from '../request.js';
import { reasonBody, reference, signatureBody } from './schemas.js';

export type Signature = Readonly<{
  id: string;
  step: 'approve' | 'review' | 'authorise';
  seen: Seen;
}>;

export type Returning = Readonly<{ id: string; reason: string }>;

/**
 * The signatures of a document that people sign by its root, number and sum: rolls, batches and
 * plans are signed in one way, so its routes are written once.
 */
export abstract class SignedDocuments {
  protected abstract sign(act: Act, signature: Signature): Promise<Receipt>;

  protected abstract giveBack(act: Act, returning: Returning): Promise<Receipt>;

  @Put(':id/approval')
  @Duty('approver')
  @Says('审核', 'Approve')
  approve(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.sign(act, { id, step: 'approve', seen });
  }

  @Put(':id/review')
  @Duty('reviewer')
  @Says('复核', 'Review')
  review(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.sign(act, { id, step: 'review', seen });
  }

  @Put(':id/authorisation')
  @Duty('authoriser')
  @Says('审批', 'Authorise, where the level demands it')
  authorise(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: signatureBody }) { seen }: z.infer<typeof signatureBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.sign(act, { id, step: 'authorise', seen });
  }

  @Put(':id/return')
  @Duty('approver', 'reviewer', 'authoriser')
  @Says('退回', 'Send back')
  sendBack(
    @Param('id', { schema: reference }) id: string,
    @Body({ schema: reasonBody }) { reason }: z.infer<typeof reasonBody>,
    @CurrentAct() act: Act,
  ): Promise<Receipt> {
    return this.giveBack(act, { id, reason });
  }
}
