/** Loaded in front of a program: on the first SIGUSR2 it begins to record where time goes, on the second it prints that. */
import { Session } from 'node:inspector/promises';

const session = new Session();
let isRecording = false;

process.on('SIGUSR2', async () => {
  if (isRecording) {
    const { profile } = await session.post('Profiler.stop');
    process.stdout.write(`profile: ${JSON.stringify(profile)}\n`);
    return;
  }
  isRecording = true;
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  process.stdout.write('recording\n');
});
