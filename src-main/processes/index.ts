// The only room that starts processes. Works in the main thread and in worker threads alike.
export type { Child, ChildExit, ProcessLog } from './child'
export { type FfmpegFound, findFfmpeg } from './find-ffmpeg'
export { sweepPidFolder } from './pid-files'
export type { ProcessState } from './process-state'
export { protectSecret, redact } from './redact'
export { runOnce, runToEnd } from './run-once'
export { keepPidsIn } from './spawn'
export { createSupervisor, type SupervisedChild, type Supervisor } from './supervisor'
