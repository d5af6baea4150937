import { MemoryEventStore } from '#event-store/memory-store.js';
import { eventStoreContract } from './contract.js';

eventStoreContract('the store in memory', async () => ({
  store: new MemoryEventStore(),
  close: async () => undefined,
}));
