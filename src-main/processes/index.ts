// The only room that starts processes. Works in the main thread and in worker threads alike.
export type { Child, ChildExit, ChildOptions, ProcessLog } from './child'
export {
  type FfmpegFound,
  type FfmpegOrigin,
  type FfmpegRefused,
  type FindFfmpegOptions,
  findFfmpeg,
} from './find-ffmpeg'
export { sweepPidFolder } from './pid-files'
export type { ProcessState } from './process-state'
export { protectSecret, redact } from './redact'
export { type RunOnceOptions, type RunResult, runOnce, runToEnd } from './run-once'
export { keepPidsIn } from './spawn'
export { createSupervisor, type SupervisedChild, type Supervisor, type SupervisorOptions } from './supervisor'
export { realTimers, type Timers } from './timers'
