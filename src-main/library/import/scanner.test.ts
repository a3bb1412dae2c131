import { expect, test } from 'vitest'
import { silentLog } from '../../monitoring'
import { RunningJob } from '../jobs'
import { WorkerLost } from '../worker-pool'
import { Scanner, type ScannerDeps } from './scanner'

test('a folder is not taken for gone because the thread that walked through it ended', async () => {
  const readers = { run: () => Promise.reject(new WorkerLost('The thread ended.')) }
  const scanner = new Scanner({ readers, log: silentLog } as unknown as ScannerDeps)
  const job = new RunningJob('scan', 'Music', () => {})
  await expect(scanner.scan(job, { folderId: 1, root: '/music', deep: true })).rejects.toThrow(WorkerLost)
})
