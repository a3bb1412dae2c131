// The one table of settings. Types, validation, --help, the settings screen and the reference page come from it.
import * as z from 'zod'
import { bitrate, decibels, isZone, port, setting, systemZone } from './setting-definition'

export type { SettingDefinition, SettingGroup } from './setting-definition'

export const settings = {
  'station.name': setting({
    group: 'station',
    schema: z.string().trim().min(1).max(100),
    default: 'Wavedesk Radio',
    sentence: 'The name listeners see.',
  }),
  'station.description': setting({
    group: 'station',
    schema: z.string().max(500),
    default: '',
    sentence: 'A line about the station, shown on the player page.',
  }),
  'station.timezone': setting({
    group: 'station',
    schema: z.string().refine(isZone, 'Not a time zone of the IANA list.'),
    default: systemZone(),
    sentence: 'The zone in which the station tells the time.',
  }),
  'station.onAirAtStart': setting({
    group: 'station',
    schema: z.boolean(),
    default: false,
    sentence: 'Go on air as soon as the station starts.',
    flag: 'on-air',
  }),
  'station.resumeOnAir': setting({
    group: 'station',
    schema: z.boolean(),
    default: true,
    sentence: 'If the station was on air when it ended, go on where it was.',
  }),

  'network.controlHost': setting({
    group: 'network',
    schema: z.string().min(1).max(255),
    default: '127.0.0.1',
    sentence: 'The address the studio and the API listen on.',
    flag: 'host',
    restarts: 'station',
  }),
  'network.controlPort': setting({
    group: 'network',
    schema: port,
    default: 6970,
    sentence: 'The port of the studio and the API.',
    flag: 'port',
    environment: 'PORT',
    restarts: 'station',
  }),
  'network.socketPort': setting({
    group: 'network',
    schema: port.nullable(),
    default: null,
    sentence: 'A second port for the WebSocket alone.',
    environment: 'SOCKET_PORT',
    restarts: 'station',
  }),
  'network.listenHost': setting({
    group: 'network',
    schema: z.string().min(1).max(255),
    default: '127.0.0.1',
    sentence: 'The address listeners connect to; 0.0.0.0 opens the station to the network.',
    flag: 'listen-host',
    restarts: 'listener',
  }),
  'network.listenPort': setting({
    group: 'network',
    schema: port,
    default: 8000,
    sentence: 'The port of the player page, HLS and the mounts.',
    flag: 'listen-port',
    restarts: 'listener',
  }),
  'network.publicUrl': setting({
    group: 'network',
    schema: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]),
    default: '',
    sentence: 'The address listeners use from outside, when the station is behind a proxy.',
  }),

  'playout.crossfadeSeconds': setting({
    group: 'playout',
    schema: z.number().min(0).max(12),
    default: 3,
    unit: 's',
    sentence: 'The longest overlap between two songs; 0 plays them gapless.',
  }),
  'playout.targetLufs': setting({
    group: 'playout',
    schema: decibels(-30, -8),
    default: -16,
    unit: 'LUFS',
    sentence: 'The loudness every item is brought to.',
  }),
  'playout.truePeakDbtp': setting({
    group: 'playout',
    schema: decibels(-9, 0),
    default: -1,
    unit: 'dBTP',
    sentence: 'The true peak the limiter never lets pass.',
  }),
  'playout.processing': setting({
    group: 'playout',
    schema: z.enum(['off', 'light', 'broadcast']),
    default: 'off',
    sentence:
      'What is done to the program before the limiter: nothing, a slow hand on the fader, or a denser sound as on FM.',
  }),
  'playout.duckDb': setting({
    group: 'playout',
    schema: decibels(-40, 0),
    default: -14,
    unit: 'dB',
    sentence: 'How far music goes down under a voice.',
  }),
  'playout.duckAttackMs': setting({
    group: 'playout',
    schema: z.number().min(5).max(2000),
    default: 80,
    unit: 'ms',
    sentence: 'How fast music goes down under a voice.',
  }),
  'playout.duckHoldMs': setting({
    group: 'playout',
    schema: z.number().min(0).max(5000),
    default: 400,
    unit: 'ms',
    sentence: 'How long music stays down after the last word.',
  }),
  'playout.duckReleaseMs': setting({
    group: 'playout',
    schema: z.number().min(10).max(10_000),
    default: 700,
    unit: 'ms',
    sentence: 'How fast music comes back.',
  }),
  'playout.duckLinkDb': setting({
    group: 'playout',
    schema: decibels(-40, 0),
    default: -10.5,
    unit: 'dB',
    sentence: 'How far music goes down under a short link from a cart; never further than under other voices.',
  }),
  'playout.linkSeconds': setting({
    group: 'playout',
    schema: z.number().min(0).max(60),
    default: 10,
    unit: 's',
    sentence: 'A cart shorter than this counts as a short link.',
  }),
  'playout.pauseUnderTalkSeconds': setting({
    group: 'playout',
    schema: z.number().min(0).max(600),
    default: 20,
    unit: 's',
    sentence: 'A speech cart at least this long pauses the music in place of ducking it; 0 never does.',
  }),
  'playout.cartMemoryMb': setting({
    group: 'playout',
    schema: z.number().int().min(16).max(4096),
    default: 256,
    unit: 'MB',
    sentence: 'Memory for carts that are held ready as a whole; of others the beginning is.',
  }),
  'playout.deadAirDbfs': setting({
    group: 'playout',
    schema: decibels(-90, -20),
    default: -50,
    unit: 'dBFS',
    sentence: 'Program below this level counts as silence.',
  }),
  'playout.deadAirWarnSeconds': setting({
    group: 'playout',
    schema: z.number().min(1).max(120),
    default: 8,
    unit: 's',
    sentence: 'Silence this long is told, so that somebody may look before it is dead air.',
  }),
  'playout.deadAirSeconds': setting({
    group: 'playout',
    schema: z.number().min(2).max(120),
    default: 15,
    unit: 's',
    sentence: 'Silence this long is dead air: the next item starts and an alert is raised.',
  }),

  'outputs.hls.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Serve the program as HLS.',
    restarts: 'hls',
  }),
  'outputs.hls.targetLufs': setting({
    group: 'outputs',
    schema: decibels(-30, -8).nullable(),
    default: null,
    unit: 'LUFS',
    sentence: 'The loudness of HLS; empty is the station’s.',
  }),
  'outputs.mounts.targetLufs': setting({
    group: 'outputs',
    schema: decibels(-30, -8).nullable(),
    default: null,
    unit: 'LUFS',
    sentence: 'The loudness of the mounts and the RTMP feed; empty is the station’s.',
  }),
  'outputs.destinations.targetLufs': setting({
    group: 'outputs',
    schema: decibels(-30, -8).nullable(),
    default: null,
    unit: 'LUFS',
    sentence: 'The loudness of Telegram and every other destination; empty is the station’s.',
  }),
  'outputs.mp3.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Serve the mount /stream.mp3.',
    restarts: 'mounts',
  }),
  'outputs.mp3.kbps': setting({
    group: 'outputs',
    schema: bitrate,
    default: 128,
    unit: 'kbit/s',
    sentence: 'Bit rate of /stream.mp3.',
    restarts: 'mounts',
  }),
  'outputs.aac.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Serve the mount /stream.aac.',
    restarts: 'mounts',
  }),
  'outputs.aac.kbps': setting({
    group: 'outputs',
    schema: bitrate,
    default: 128,
    unit: 'kbit/s',
    sentence: 'Bit rate of /stream.aac.',
    restarts: 'mounts',
  }),
  'outputs.opus.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Serve the mount /stream.opus.',
    restarts: 'mounts',
  }),
  'outputs.opus.kbps': setting({
    group: 'outputs',
    schema: bitrate,
    default: 96,
    unit: 'kbit/s',
    sentence: 'Bit rate of /stream.opus.',
    restarts: 'mounts',
  }),
  'outputs.burstSeconds': setting({
    group: 'outputs',
    schema: z.number().min(0).max(10),
    default: 2,
    unit: 's',
    sentence: 'How much sound a listener gets at once on connecting; more starts safer and lies further behind.',
  }),
  'outputs.rtmpFeed.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Offer the program on the RTMP server at /live/program.',
    restarts: 'rtmp',
  }),
  'outputs.rtmpFeed.kbps': setting({
    group: 'outputs',
    schema: bitrate,
    default: 128,
    unit: 'kbit/s',
    sentence: 'Bit rate of the RTMP feed.',
    restarts: 'rtmp',
  }),
  'outputs.maxListeners': setting({
    group: 'outputs',
    schema: z.number().int().min(1).max(100_000),
    default: 5000,
    sentence: 'More listeners than this are turned away with a clear answer.',
  }),

  'recorder.enabled': setting({
    group: 'outputs',
    schema: z.boolean(),
    default: true,
    sentence: 'Record the program while on air, so that it can be heard again and cut.',
  }),
  'recorder.keepDays': setting({
    group: 'outputs',
    schema: z.number().min(0.01).max(366),
    default: 7,
    unit: 'days',
    sentence: 'The recording of the program is kept this long.',
  }),
  'recorder.maxGigabytes': setting({
    group: 'outputs',
    schema: z.number().min(0.01).max(10_000),
    default: 20,
    unit: 'GB',
    sentence: 'The recording of the program takes no more room than this; the oldest goes first.',
  }),
  'recorder.reserveGigabytes': setting({
    group: 'outputs',
    schema: z.number().min(0).max(1000),
    default: 2,
    unit: 'GB',
    sentence: 'The recorder leaves this much of the disk free.',
  }),
  'recorder.shows': setting({
    group: 'live',
    schema: z.boolean(),
    default: true,
    sentence: 'Keep each live show as one file.',
  }),

  'live.rtmp.enabled': setting({
    group: 'live',
    schema: z.boolean(),
    default: true,
    sentence: 'Run the RTMP server.',
    restarts: 'rtmp',
  }),
  'live.rtmp.host': setting({
    group: 'live',
    schema: z.string().min(1).max(255),
    default: '127.0.0.1',
    sentence: 'The address presenters publish to; 0.0.0.0 opens it to the network.',
    restarts: 'rtmp',
  }),
  'live.rtmp.port': setting({
    group: 'live',
    schema: port,
    default: 1935,
    sentence: 'The port of the RTMP server.',
    flag: 'rtmp-port',
    restarts: 'rtmp',
  }),
  'live.rtmp.play': setting({
    group: 'live',
    schema: z.enum(['everyone', 'local', 'nobody']),
    default: 'everyone',
    sentence: 'Who may play the program from the RTMP server.',
  }),
  'live.silenceSeconds': setting({
    group: 'live',
    schema: z.number().min(2).max(120),
    default: 10,
    unit: 's',
    sentence: 'A live source that has the program and is silent this long hands it back.',
  }),
  'live.levelling': setting({
    group: 'live',
    schema: z.boolean(),
    default: true,
    sentence: 'Bring presenters and microphones to the station’s loudness, at whatever level they come in.',
  }),
  'live.clients.enabled': setting({
    group: 'live',
    schema: z.boolean(),
    default: true,
    sentence:
      'Let source clients (BUTT, Mixxx, liquidsoap) send to /live on the listener port, with a presenter’s key.',
  }),
  'live.stallSeconds': setting({
    group: 'live',
    schema: z.number().min(0.5).max(30),
    default: 2,
    unit: 's',
    sentence: 'A presenter whose sound stops this long hands back to the queue.',
  }),
  'live.returnSeconds': setting({
    group: 'live',
    schema: z.number().min(0).max(60),
    default: 5,
    unit: 's',
    sentence:
      'A presenter whose connection dropped is on air again by themselves after this much steady sound; doubled with each further drop, up to a minute.',
  }),
  'live.holdSeconds': setting({
    group: 'live',
    schema: z.number().min(1).max(3600),
    default: 60,
    unit: 's',
    sentence:
      'How long the bed plays at a hand-over when the next presenter is not there yet; then the queue comes back.',
  }),
  'live.holdBedTrackId': setting({
    group: 'live',
    schema: z.number().int().positive().nullable(),
    default: null,
    sentence: 'The track that plays as the bed between two presenters; none is the station’s own loop.',
  }),
  'live.fadeSeconds': setting({
    group: 'live',
    schema: z.number().min(0).max(10),
    default: 1,
    unit: 's',
    sentence: 'The fade when a presenter takes over or leaves.',
  }),

  'library.watch': setting({
    group: 'library',
    schema: z.boolean(),
    default: true,
    sentence: 'Notice files that are added, changed or removed in the music folders.',
  }),
  'library.analysisThreads': setting({
    group: 'library',
    schema: z.number().int().min(1).max(16),
    default: 1,
    sentence: 'How many files are analysed at the same time.',
  }),

  'monitoring.selfListening': setting({
    group: 'system',
    schema: z.boolean(),
    default: true,
    sentence: 'Listen to the station’s own streams, compare them with the program, and restart one that is not it.',
  }),
  'system.ffmpegPath': setting({
    group: 'system',
    schema: z.string().max(4096),
    default: '',
    sentence: 'Where ffmpeg is; empty looks in the usual places.',
    environment: 'WAVEDESK_FFMPEG',
    restarts: 'station',
  }),
  'system.logLevel': setting({
    group: 'system',
    schema: z.enum(['debug', 'info', 'warn', 'error']),
    default: 'info',
    sentence: 'How much is written to the logs.',
    flag: 'log-level',
  }),
  'system.logDir': setting({
    group: 'system',
    schema: z.string().max(4096),
    default: '',
    sentence: 'Where the logs go; empty is the folder logs in the data folder.',
    environment: 'LOG_DIR',
    restarts: 'station',
  }),
  'system.backupKeep': setting({
    group: 'system',
    schema: z.number().int().min(1).max(365),
    default: 14,
    sentence: 'How many nightly backup copies are kept.',
  }),
  'system.decoderMemoryMb': setting({
    group: 'system',
    schema: z.number().int().min(64).max(8192),
    default: 512,
    unit: 'MB',
    sentence: 'An ffmpeg process that grows past this is restarted.',
  }),
} as const

export type SettingKey = keyof typeof settings
export type SettingValue<Key extends SettingKey> = z.output<(typeof settings)[Key]['schema']>
export type SettingValues = { [Key in SettingKey]: SettingValue<Key> }
export const settingKeys = Object.keys(settings) as SettingKey[]

/** Where a value comes from: a flag beats the environment, which beats what was saved. The first two show as locked. */
export type SettingSource = 'flag' | 'environment' | 'saved' | 'default'

/** What rooms may do with settings; implemented by storage. */
export interface SettingsReader {
  get<Key extends SettingKey>(key: Key): SettingValue<Key>
  /** @returns a function that ends the subscription. */
  onChange(keys: readonly SettingKey[], listener: (changed: SettingKey[]) => void): () => void
}
