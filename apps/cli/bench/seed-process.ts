import { seedHere } from './seeded.js';

const [, , dataDir = '', recipients = ''] = process.argv;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
await seedHere({ dataDir, recipients: Number(recipients), say });
