// Carts: short items fired by hand, on pages of twelve, and what plays of them now.
import * as z from 'zod'
import { byId, emptySchema, idSchema, instantSchema, needs, okSchema } from './common'
import { trackKindSchema } from './library'

/** A page has as many places as a keyboard has function keys. */
export const cartSlots = 12
export const cartColours = ['grey', 'teal', 'blue', 'violet', 'pink', 'orange', 'yellow', 'green'] as const
/** What the log says of why a cart sounded. */
export const cartReason = 'cart'
/** over: the music keeps its level; duck: it goes down as under a voice. Speech always ducks. */
export const cartModes = ['over', 'duck'] as const

export const cartSchema = z.object({
  id: z.number().int(),
  pageId: z.number().int(),
  /** 1 to 12: fired by F1 to F12 while its page is shown. */
  slot: z.number().int(),
  trackId: z.number().int(),
  /** What the button says; empty is the track's title. */
  label: z.string(),
  colour: z.enum(cartColours),
  loop: z.boolean(),
  /** Of the carts of a group one plays at a time; empty is none. */
  group: z.string(),
  mode: z.enum(cartModes),
  /** The MIDI note that fires it, 0 to 127. */
  midiNote: z.number().int().nullable(),
  title: z.string(),
  artist: z.string(),
  kind: trackKindSchema,
  /** From cue in to cue out. */
  lengthSeconds: z.number(),
  /** Why it cannot be played, in words. */
  problem: z.string().nullable(),
})
export type Cart = z.output<typeof cartSchema>

export const cartPageSchema = z.object({ id: z.number().int(), name: z.string(), carts: z.array(cartSchema) })
export type CartPage = z.output<typeof cartPageSchema>

export const cartPlaySchema = z.object({
  playId: z.number().int(),
  cartId: z.number().int(),
  /** waiting: it starts by itself as soon as it may. */
  state: z.enum(['waiting', 'playing']),
  /** What it waits for: its sound, a presenter who talks, another planned voice. */
  waitingFor: z.enum(['sound', 'presenter', 'speech']).nullable(),
  label: z.string(),
  loop: z.boolean(),
  startedAt: instantSchema.nullable(),
  /** Of one pass; null when nobody knows. */
  lengthSeconds: z.number().nullable(),
})
export type CartPlaying = z.output<typeof cartPlaySchema>

export const cartsSchema = z.object({
  pages: z.array(cartPageSchema),
  /** What plays or waits, oldest first. */
  plays: z.array(cartPlaySchema),
})
export type CartsState = z.output<typeof cartsSchema>

const nameSchema = z.string().trim().min(1).max(40)
const slotSchema = z.number().int().min(1).max(cartSlots)
const details = z.object({
  trackId: idSchema,
  label: z.string().trim().max(40),
  colour: z.enum(cartColours),
  loop: z.boolean(),
  group: z.string().trim().max(40),
  mode: z.enum(cartModes),
  midiNote: z.number().int().min(0).max(127).nullable(),
})
const tags = ['Carts']

export const cartsContract = {
  list: needs('viewer')
    .route({ method: 'GET', path: '/api/carts', tags, summary: 'The pages of carts, and what plays of them' })
    .input(emptySchema.optional())
    .output(cartsSchema),
  create: needs('programmer')
    .route({ method: 'POST', path: '/api/carts', tags, summary: 'Put a track on a page of carts', successStatus: 201 })
    .input(
      details
        .partial({ label: true, colour: true, loop: true, group: true, mode: true, midiNote: true })
        /** Without a slot: the first that is free. */
        .extend({ pageId: idSchema, slot: slotSchema.optional() })
        .strict(),
    )
    .output(cartSchema),
  update: needs('programmer')
    .route({
      method: 'PATCH',
      path: '/api/carts/{id}',
      tags,
      summary: 'Change a cart; moved to a place that is taken, the two change places',
    })
    .input(
      byId
        .extend(details.partial().shape)
        .extend({ pageId: idSchema.optional(), slot: slotSchema.optional() })
        .strict(),
    )
    .output(cartSchema),
  remove: needs('programmer')
    .route({ method: 'DELETE', path: '/api/carts/{id}', tags, summary: 'Take a cart off its page' })
    .input(byId)
    .output(okSchema),
  /** A cart that plays already begins anew. */
  play: needs('presenter')
    .route({ method: 'POST', path: '/api/carts/{id}/play', tags, summary: 'Fire a cart' })
    .input(
      byId
        .extend({
          /** Sound at once although another voice does. */
          force: z.boolean().default(false),
        })
        .strict(),
    )
    .output(cartPlaySchema),
  stop: needs('presenter')
    .route({ method: 'POST', path: '/api/carts/{id}/stop', tags, summary: 'Stop a cart, or take it out of the wait' })
    .input(byId)
    .output(okSchema),
  stopAll: needs('presenter')
    .route({ method: 'POST', path: '/api/carts/stop', tags, summary: 'Stop all carts' })
    .input(emptySchema.optional())
    .output(okSchema),
  pages: {
    create: needs('programmer')
      .route({ method: 'POST', path: '/api/carts/pages', tags, summary: 'Make a page of carts', successStatus: 201 })
      .input(z.object({ name: nameSchema }).strict())
      .output(cartPageSchema),
    rename: needs('programmer')
      .route({ method: 'PATCH', path: '/api/carts/pages/{id}', tags, summary: 'Rename a page of carts' })
      .input(byId.extend({ name: nameSchema }).strict())
      .output(cartPageSchema),
    order: needs('programmer')
      .route({ method: 'PUT', path: '/api/carts/pages/order', tags, summary: 'Put the pages in a new order' })
      .input(z.object({ ids: z.array(idSchema).max(1000) }).strict())
      .output(z.array(cartPageSchema)),
    remove: needs('programmer')
      .route({ method: 'DELETE', path: '/api/carts/pages/{id}', tags, summary: 'Delete a page with its carts' })
      .input(byId)
      .output(okSchema),
  },
}
