import type { Provider } from '@nestjs/common';

/** What carries commands from the controllers to the use cases. */
export const handlers: readonly Provider[] = [];
