// What comes in: the RTMP server, presenters with their keys, and live sources.
import * as z from 'zod'
import { byId, emptySchema, instantSchema, needs, okSchema } from './common'

export const liveModes = ['full', 'talkover'] as const
export const liveModeSchema = z.enum(liveModes)

export const presenterSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** The last four characters of the key. */
  keyHint: z.string(),
  enabled: z.boolean(),
  /** Goes on air at once when connected. */
  autoAir: z.boolean(),
  mode: liveModeSchema,
  /** What they present, for listeners; empty where it has no name. */
  show: z.string(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
})
export type Presenter = z.output<typeof presenterSchema>
/** The key is shown in full only in the answer that made it. */
const presenterWithKey = presenterSchema.extend({ key: z.string(), publishUrl: z.string() })

export const sourceSchema = z.object({
  id: z.string(),
  /** Null for a microphone of the studio and for a guest. */
  presenterId: z.number().int().nullable(),
  presenter: z.string(),
  protocol: z.enum(['rtmp', 'icecast', 'microphone', 'guest']),
  /** connecting: no sound yet; ready: can go on air; onAir; stalled: its sound stopped. */
  state: z.enum(['connecting', 'ready', 'onAir', 'stalled']),
  mode: liveModeSchema,
  address: z.string(),
  software: z.string(),
  codec: z.string(),
  /** A microphone or a guest who sends silence on purpose. */
  muted: z.boolean(),
  /** What arrives over the network; null while it is not known. */
  kbps: z.number().nullable(),
  /** What the source calls its show, and what it says it plays; empty when it says nothing. */
  showName: z.string(),
  title: z.string(),
  artist: z.string(),
  connectedAt: instantSchema,
  onAirSince: instantSchema.nullable(),
  /** Why it was taken off air, and does not return by itself: by hand, by another who took over, or for its silence. */
  heldBack: z.enum(['released', 'replaced', 'silent']).nullable(),
  /** Its connection dropped; it is on air again by itself when its sound has been steady until then. */
  returnsAt: instantSchema.nullable(),
})
export type LiveSource = z.output<typeof sourceSchema>

export const rtmpSchema = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'failed']),
  message: z.string().nullable(),
  host: z.string(),
  port: z.number().int(),
  publishUrl: z.string(),
  playUrl: z.string(),
  connections: z.number().int(),
  since: instantSchema.nullable(),
})

export const guestLinkSchema = z.object({
  id: z.number().int(),
  /** Who is invited. */
  name: z.string(),
  invitedBy: z.string(),
  /** The last four characters of the token. */
  tokenHint: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  state: z.enum(['open', 'expired', 'revoked']),
  lastJoinedAt: instantSchema.nullable(),
})
export type GuestLink = z.output<typeof guestLinkSchema>
/** The address is shown in full only in the answer that made it. */
const guestLinkWithUrl = guestLinkSchema.extend({ url: z.string() })

const rtmpConfigSchema = z.object({
  host: z.string().min(1).max(255),
  port: z.number().int().min(0).max(65_535),
  play: z.enum(['everyone', 'local', 'nobody']),
})
const presenterEdit = z.object({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean(),
  autoAir: z.boolean(),
  mode: liveModeSchema,
  show: z.string().trim().max(200),
})
const tags = ['Live']
const server = (path: `/${string}`, summary: string) =>
  needs('programmer').route({ method: 'POST', path, tags, summary }).input(emptySchema.optional()).output(rtmpSchema)

/** Who follows the one who has the program. */
const handoverSchema = z.object({
  toPresenterId: z.number().int().nullable(),
  toSourceId: z.string().nullable(),
  to: z.string(),
  /** How long the bed plays when they are not there yet. */
  holdSeconds: z.number(),
  armedAt: instantSchema,
  /** holding: the one before has left, and the bed plays until `holdUntil`. */
  state: z.enum(['armed', 'holding']),
  holdUntil: instantSchema.nullable(),
})

/** Where source clients send to, on the port of the listeners. */
const clientsSchema = z.object({ enabled: z.boolean(), host: z.string(), port: z.number().int(), mount: z.string() })

export const liveSchema = z.object({
  rtmp: rtmpSchema,
  clients: clientsSchema,
  sources: z.array(sourceSchema),
  handover: handoverSchema.nullable(),
})
export type LiveState = z.output<typeof liveSchema>

export const liveContract = {
  get: needs('viewer')
    .route({ method: 'GET', path: '/api/live', tags, summary: 'The RTMP server and the sources connected to it' })
    .input(emptySchema.optional())
    .output(liveSchema),
  rtmp: {
    start: server('/api/stream/rtmp/start', 'Start the RTMP server'),
    stop: server('/api/stream/rtmp/stop', 'Stop the RTMP server'),
    restart: server('/api/stream/rtmp/restart', 'Restart the RTMP server'),
    getConfig: needs('viewer')
      .route({ method: 'GET', path: '/api/stream/rtmp/config', tags, summary: 'How the RTMP server is set' })
      .input(emptySchema.optional())
      .output(rtmpConfigSchema),
    setConfig: needs('owner')
      .route({ method: 'PUT', path: '/api/stream/rtmp/config', tags, summary: 'Set the RTMP server; it restarts' })
      .input(rtmpConfigSchema.partial().strict())
      .output(rtmpConfigSchema),
  },
  takeAir: needs('presenter')
    .route({ method: 'POST', path: '/api/live/sources/{sourceId}/take', tags, summary: 'Put a live source on air' })
    .input(z.object({ sourceId: z.string().min(1).max(100), mode: liveModeSchema.optional() }).strict())
    .output(liveSchema),
  release: needs('presenter')
    .route({ method: 'POST', path: '/api/live/release', tags, summary: 'Take a live source off air, or all of them' })
    .input(
      z
        .object({ sourceId: z.string().min(1).max(100).optional() })
        .strict()
        .optional(),
    )
    .output(liveSchema),
  handover: {
    arm: needs('presenter')
      .route({
        method: 'POST',
        path: '/api/live/handover',
        tags,
        summary: 'Say who follows the one on air: without the queue in between, with a bed until they are there',
      })
      .input(
        z
          .object({
            toSourceId: z.string().min(1).max(100).optional(),
            toPresenterId: z.number().int().positive().optional(),
            /** As it is set, unless told. */
            holdSeconds: z.number().min(1).max(3600).optional(),
            bedTrackId: z.number().int().positive().optional(),
          })
          .strict()
          .refine(
            (input) => (input.toSourceId === undefined) !== (input.toPresenterId === undefined),
            'Give either toSourceId or toPresenterId.',
          ),
      )
      .output(liveSchema),
    cancel: needs('presenter')
      .route({ method: 'DELETE', path: '/api/live/handover', tags, summary: 'Nobody follows: the queue comes back' })
      .input(emptySchema.optional())
      .output(liveSchema),
  },
  drop: needs('programmer')
    .route({ method: 'DELETE', path: '/api/live/sources/{sourceId}', tags, summary: 'Disconnect a live source' })
    .input(z.object({ sourceId: z.string().min(1).max(100) }))
    .output(okSchema),
  guests: {
    list: needs('presenter')
      .route({ method: 'GET', path: '/api/live/guests', tags, summary: 'Invitations of guests, newest first' })
      .input(emptySchema.optional())
      .output(z.array(guestLinkSchema)),
    create: needs('presenter')
      .route({ method: 'POST', path: '/api/live/guests', tags, summary: 'Invite a guest', successStatus: 201 })
      .input(
        z
          .object({
            name: z.string().trim().min(1).max(100),
            /** Shown to the guest. */
            invitedBy: z.string().trim().max(100).default(''),
            hours: z.number().min(0.05).max(720).default(8),
          })
          .strict(),
      )
      .output(guestLinkWithUrl),
    revoke: needs('presenter')
      .route({ method: 'DELETE', path: '/api/live/guests/{id}', tags, summary: 'Take an invitation back' })
      .input(byId)
      .output(guestLinkSchema),
  },
  presenters: {
    list: needs('viewer')
      .route({ method: 'GET', path: '/api/presenters', tags, summary: 'List presenters' })
      .input(emptySchema.optional())
      .output(z.array(presenterSchema)),
    create: needs('programmer')
      .route({ method: 'POST', path: '/api/presenters', tags, summary: 'Add a presenter', successStatus: 201 })
      .input(presenterEdit.partial({ enabled: true, autoAir: true, mode: true, show: true }).strict())
      .output(presenterWithKey),
    update: needs('programmer')
      .route({ method: 'PATCH', path: '/api/presenters/{id}', tags, summary: 'Change a presenter' })
      .input(byId.extend(presenterEdit.partial().shape).strict())
      .output(presenterSchema),
    rotateKey: needs('programmer')
      .route({ method: 'POST', path: '/api/presenters/{id}/key', tags, summary: 'Give a presenter a new key' })
      .input(byId)
      .output(presenterWithKey),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/presenters/{id}', tags, summary: 'Remove a presenter' })
      .input(byId)
      .output(okSchema),
  },
}
