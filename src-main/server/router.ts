// Mounts the contract on the rooms' operations. A handler does nothing but call; rights are checked in one place.

import { type Role, roles } from '@contract/common'
import { StationError } from '@contract/errors'
import { contract } from '@contract/index'
import { implement } from '@orpc/server'
import type { CallContext, Rooms } from './context'

const os = implement(contract).$context<CallContext>()

/** @returns whether `role` may do what needs at least `least` */
export const mayCall = (role: Role, least: Role | 'public') =>
  least === 'public' || roles.indexOf(role) <= roles.indexOf(least)

/** Who signs a change. */
const by = ({ who }: CallContext) => who?.name ?? ''

const guarded = os.use(async ({ context, next, procedure, path }) => {
  const least = procedure['~orpc'].meta.role
  if (least !== 'public' && !context.who) throw new StationError('unauthorised', 'Sign in first.')
  if (context.who && !mayCall(context.who.role, least)) {
    throw new StationError('forbidden', `This needs the role ${least}; yours is ${context.who.role}.`)
  }
  const result = await next()
  const { method } = procedure['~orpc'].route
  if (context.who && method !== 'GET') context.noteChange(context.who, path.join('.'))
  return result
})

function stationRouter({ station }: Rooms) {
  const on = guarded.station
  return on.router({
    status: on.status.handler(() => station.status({})),
    subscribe: on.subscribe.handler(({ signal }) => station.subscribe(signal ?? new AbortController().signal)),
    settings: {
      list: on.settings.list.handler(() => station.settings.list({})),
      update: on.settings.update.handler(({ input }) => station.settings.update(input)),
    },
  })
}

function playoutRouter({ playout }: Rooms) {
  const on = guarded.playout
  return on.router({
    get: on.get.handler(() => playout.get({})),
    start: on.start.handler(() => playout.start({})),
    stop: on.stop.handler(() => playout.stop({})),
    skip: on.skip.handler(() => playout.skip({})),
    fade: on.fade.handler(() => playout.fade({})),
    stopAfter: on.stopAfter.handler(({ input }) => playout.stopAfter(input)),
    queue: {
      list: on.queue.list.handler(() => playout.queue.list({})),
      add: on.queue.add.handler(({ input }) => playout.queue.add(input)),
      order: on.queue.order.handler(({ input }) => playout.queue.order(input)),
      remove: on.queue.remove.handler(({ input }) => playout.queue.remove(input)),
      clear: on.queue.clear.handler(() => playout.queue.clear({})),
    },
    log: on.log.handler(({ input }) => playout.log(input)),
    meter: on.meter.handler(({ input }) => playout.meter(input)),
  })
}

function rotationRouter({ rotation }: Rooms) {
  const on = guarded.rotation
  return on.router({
    lists: {
      list: on.lists.list.handler(() => rotation.lists.list({})),
      get: on.lists.get.handler(({ input }) => rotation.lists.get(input)),
      update: on.lists.update.handler(({ input }) => rotation.lists.update(input)),
    },
    rules: {
      get: on.rules.get.handler(() => rotation.rules.get({})),
      update: on.rules.update.handler(({ input }) => rotation.rules.update(input)),
    },
    why: {
      queue: on.why.queue.handler(({ input }) => rotation.why.queue(input)),
      log: on.why.log.handler(({ input }) => rotation.why.log(input)),
    },
    lint: on.lint.handler(() => rotation.lint({})),
    rehearse: on.rehearse.handler(({ input }) => rotation.rehearse(input)),
    rehearsal: {
      get: on.rehearsal.get.handler(({ input }) => rotation.rehearsal.get(input)),
      newest: on.rehearsal.newest.handler(() => rotation.rehearsal.newest({})),
      cancel: on.rehearsal.cancel.handler(({ input }) => rotation.rehearsal.cancel(input)),
    },
  })
}

function cartsRouter({ carts }: Rooms) {
  const on = guarded.carts
  return on.router({
    list: on.list.handler(() => carts.list({})),
    create: on.create.handler(({ input }) => carts.create(input)),
    update: on.update.handler(({ input }) => carts.update(input)),
    remove: on.remove.handler(({ input }) => carts.remove(input)),
    play: on.play.handler(({ input }) => carts.play(input)),
    stop: on.stop.handler(({ input }) => carts.stop(input)),
    stopAll: on.stopAll.handler(() => carts.stopAll({})),
    pages: {
      create: on.pages.create.handler(({ input }) => carts.pages.create(input)),
      rename: on.pages.rename.handler(({ input }) => carts.pages.rename(input)),
      order: on.pages.order.handler(({ input }) => carts.pages.order(input)),
      remove: on.pages.remove.handler(({ input }) => carts.pages.remove(input)),
    },
  })
}

function libraryRouter({ library }: Rooms) {
  const on = guarded.library
  return on.router({
    tracks: {
      list: on.tracks.list.handler(({ input }) => library.tracks.list(input)),
      ids: on.tracks.ids.handler(({ input }) => library.tracks.ids(input)),
      get: on.tracks.get.handler(({ input }) => library.tracks.get(input)),
      update: on.tracks.update.handler(({ input, context }) => library.tracks.update(input, by(context))),
      remove: on.tracks.remove.handler(({ input }) => library.tracks.remove(input)),
      removeMany: on.tracks.removeMany.handler(({ input }) => library.tracks.removeMany(input)),
      report: on.tracks.report.handler(({ input }) => library.tracks.report(input)),
      loudness: on.tracks.loudness.handler(({ input }) => library.tracks.loudness(input)),
      analyse: on.tracks.analyse.handler(({ input }) => library.tracks.analyse(input)),
    },
    views: {
      list: on.views.list.handler(() => library.views.list({})),
      create: on.views.create.handler(({ input }) => library.views.create(input)),
      update: on.views.update.handler(({ input }) => library.views.update(input)),
      remove: on.views.remove.handler(({ input }) => library.views.remove(input)),
    },
    folders: {
      list: on.folders.list.handler(() => library.folders.list({})),
      add: on.folders.add.handler(({ input }) => library.folders.add(input)),
      remove: on.folders.remove.handler(({ input }) => library.folders.remove(input)),
    },
    scan: on.scan.handler(({ input }) => library.scan(input)),
    copy: on.copy.handler(({ input }) => library.copy(input)),
    jobs: {
      list: on.jobs.list.handler(() => library.jobs.list({})),
      get: on.jobs.get.handler(({ input }) => library.jobs.get(input)),
      cancel: on.jobs.cancel.handler(({ input }) => library.jobs.cancel(input)),
    },
    browse: on.browse.handler(({ input }) => library.browse(input)),
    importDemo: on.importDemo.handler(() => library.importDemo({})),
  })
}

function metadataRouter({ metadata }: Rooms) {
  const on = guarded.metadata
  return on.router({
    fields: {
      list: on.fields.list.handler(() => metadata.fields.list({})),
      create: on.fields.create.handler(({ input }) => metadata.fields.create(input)),
      update: on.fields.update.handler(({ input }) => metadata.fields.update(input)),
      remove: on.fields.remove.handler(({ input }) => metadata.fields.remove(input)),
    },
    batch: {
      preview: on.batch.preview.handler(({ input }) => metadata.batch.preview(input)),
      apply: on.batch.apply.handler(({ input, context }) => metadata.batch.apply(input, by(context))),
      list: on.batch.list.handler(() => metadata.batch.list({})),
      undo: on.batch.undo.handler(({ input, context }) => metadata.batch.undo(input, by(context))),
    },
    write: on.write.handler(({ input }) => metadata.write(input)),
    csv: {
      check: on.csv.check.handler(({ input }) => metadata.csv.check(input)),
      apply: on.csv.apply.handler(({ input, context }) => metadata.csv.apply(input, by(context))),
      discard: on.csv.discard.handler(({ input }) => metadata.csv.discard(input)),
    },
  })
}

function playlistsRouter({ playlists }: Rooms) {
  const on = guarded.playlists
  return on.router({
    list: on.list.handler(() => playlists.list({})),
    get: on.get.handler(({ input }) => playlists.get(input)),
    create: on.create.handler(({ input }) => playlists.create(input)),
    update: on.update.handler(({ input }) => playlists.update(input)),
    remove: on.remove.handler(({ input }) => playlists.remove(input)),
    copy: on.copy.handler(({ input }) => playlists.copy(input)),
    preview: on.preview.handler(({ input }) => playlists.preview(input)),
    items: {
      list: on.items.list.handler(({ input }) => playlists.items.list(input)),
      index: on.items.index.handler(({ input }) => playlists.items.index(input)),
      add: on.items.add.handler(({ input }) => playlists.items.add(input)),
      update: on.items.update.handler(({ input }) => playlists.items.update(input)),
      move: on.items.move.handler(({ input }) => playlists.items.move(input)),
      remove: on.items.remove.handler(({ input }) => playlists.items.remove(input)),
      removeMany: on.items.removeMany.handler(({ input }) => playlists.items.removeMany(input)),
      order: on.items.order.handler(({ input }) => playlists.items.order(input)),
    },
    folders: {
      list: on.folders.list.handler(() => playlists.folders.list({})),
      create: on.folders.create.handler(({ input }) => playlists.folders.create(input)),
      update: on.folders.update.handler(({ input }) => playlists.folders.update(input)),
      remove: on.folders.remove.handler(({ input }) => playlists.folders.remove(input)),
    },
    share: {
      get: on.share.get.handler(({ input }) => playlists.share.get(input)),
      create: on.share.create.handler(({ input }) => playlists.share.create(input)),
      remove: on.share.remove.handler(({ input }) => playlists.share.remove(input)),
    },
    imports: {
      create: on.imports.create.handler(({ input }) => playlists.imports.create(input)),
      list: on.imports.list.handler(() => playlists.imports.list({})),
      get: on.imports.get.handler(({ input }) => playlists.imports.get(input)),
      unmatched: on.imports.unmatched.handler(({ input }) => playlists.imports.unmatched(input)),
      cancel: on.imports.cancel.handler(({ input }) => playlists.imports.cancel(input)),
    },
    enqueue: on.enqueue.handler(({ input }) => playlists.enqueue(input)),
  })
}

function liveRouter({ live }: Rooms) {
  const on = guarded.live
  return on.router({
    get: on.get.handler(() => live.get({})),
    rtmp: {
      start: on.rtmp.start.handler(() => live.rtmp.start({})),
      stop: on.rtmp.stop.handler(() => live.rtmp.stop({})),
      restart: on.rtmp.restart.handler(() => live.rtmp.restart({})),
      getConfig: on.rtmp.getConfig.handler(() => live.rtmp.getConfig({})),
      setConfig: on.rtmp.setConfig.handler(({ input }) => live.rtmp.setConfig(input)),
    },
    takeAir: on.takeAir.handler(({ input }) => live.takeAir(input)),
    release: on.release.handler(({ input }) => live.release(input ?? {})),
    handover: {
      arm: on.handover.arm.handler(({ input }) => live.handover.arm(input)),
      cancel: on.handover.cancel.handler(() => live.handover.cancel({})),
    },
    drop: on.drop.handler(({ input }) => live.drop(input)),
    guests: {
      list: on.guests.list.handler(() => live.guests.list({})),
      create: on.guests.create.handler(({ input }) => live.guests.create(input)),
      revoke: on.guests.revoke.handler(({ input }) => live.guests.revoke(input)),
    },
    presenters: {
      list: on.presenters.list.handler(() => live.presenters.list({})),
      create: on.presenters.create.handler(({ input }) => live.presenters.create(input)),
      update: on.presenters.update.handler(({ input }) => live.presenters.update(input)),
      rotateKey: on.presenters.rotateKey.handler(({ input }) => live.presenters.rotateKey(input)),
      remove: on.presenters.remove.handler(({ input }) => live.presenters.remove(input)),
    },
  })
}

function outputsRouter({ outputs }: Rooms) {
  const on = guarded.outputs
  return on.router({
    get: on.get.handler(() => outputs.get({})),
    restart: on.restart.handler(({ input }) => outputs.restart(input)),
    destinations: {
      list: on.destinations.list.handler(() => outputs.destinations.list({})),
      get: on.destinations.get.handler(({ input }) => outputs.destinations.get(input)),
      create: on.destinations.create.handler(({ input }) => outputs.destinations.create(input)),
      update: on.destinations.update.handler(({ input }) => outputs.destinations.update(input)),
      remove: on.destinations.remove.handler(({ input }) => outputs.destinations.remove(input)),
      start: on.destinations.start.handler(({ input }) => outputs.destinations.start(input)),
      stop: on.destinations.stop.handler(({ input }) => outputs.destinations.stop(input)),
      retry: on.destinations.retry.handler(({ input }) => outputs.destinations.retry(input)),
      history: on.destinations.history.handler(({ input }) => outputs.destinations.history(input)),
    },
    telegram: {
      start: on.telegram.start.handler(() => outputs.telegram.start({})),
      stop: on.telegram.stop.handler(() => outputs.telegram.stop({})),
      restart: on.telegram.restart.handler(() => outputs.telegram.restart({})),
      getConfig: on.telegram.getConfig.handler(() => outputs.telegram.getConfig({})),
      setConfig: on.telegram.setConfig.handler(({ input }) => outputs.telegram.setConfig(input)),
    },
  })
}

function monitoringRouter({ monitoring }: Rooms) {
  const on = guarded.monitoring
  return on.router({
    health: on.health.handler(() => monitoring.health({})),
    system: on.system.handler(() => monitoring.system({})),
    services: on.services.handler(() => monitoring.services({})),
    logs: on.logs.handler(({ input }) => monitoring.logs(input)),
    metrics: on.metrics.handler(() => monitoring.metrics({})),
    incidents: {
      list: on.incidents.list.handler(({ input }) => monitoring.incidents.list(input)),
      resolve: on.incidents.resolve.handler(({ input }) => monitoring.incidents.resolve(input)),
    },
    backups: {
      list: on.backups.list.handler(() => monitoring.backups.list({})),
      create: on.backups.create.handler(() => monitoring.backups.create({})),
    },
  })
}

function recorderRouter({ recorder }: Rooms) {
  const on = guarded.recorder
  return on.router({
    get: on.get.handler(() => recorder.get({})),
    timeline: on.timeline.handler(({ input }) => recorder.timeline(input)),
    markers: on.markers.handler(({ input }) => recorder.markers(input)),
    files: {
      list: on.files.list.handler(() => recorder.files.list({})),
      get: on.files.get.handler(({ input }) => recorder.files.get(input)),
      create: on.files.create.handler(({ input }) => recorder.files.create(input)),
      clip: on.files.clip.handler(({ input }) => recorder.files.clip(input)),
      cancel: on.files.cancel.handler(({ input }) => recorder.files.cancel(input)),
      remove: on.files.remove.handler(({ input }) => recorder.files.remove(input)),
    },
  })
}

function accessRouter({ access }: Rooms) {
  const on = guarded.access
  return on.router({
    me: on.me.handler(({ context }) => {
      if (!context.who) throw new StationError('unauthorised', 'Sign in first.')
      return context.who
    }),
    keys: {
      list: on.keys.list.handler(() => access.keys.list({})),
      create: on.keys.create.handler(({ input, context }) => access.keys.create(input, context.who ?? undefined)),
      remove: on.keys.remove.handler(({ input, context }) => access.keys.remove(input, context.who ?? undefined)),
    },
  })
}

function loudnessRouter({ loudness }: Rooms) {
  const on = guarded.loudness
  return on.router({ compliance: on.compliance.handler(({ input }) => loudness.compliance(input)) })
}

function drillsRouter({ drills }: Rooms) {
  const on = guarded.drills
  return on.router({
    list: on.list.handler(() => drills.list({})),
    run: on.run.handler(({ input }) => drills.run(input)),
    cancel: on.cancel.handler(({ input }) => drills.cancel(input)),
  })
}

function transitionsRouter({ transitions }: Rooms) {
  const on = guarded.transitions
  return on.router({
    get: on.get.handler(({ input }) => transitions.get(input)),
    try: on.try.handler(({ input }) => transitions.try(input)),
    keep: on.keep.handler(({ input }) => transitions.keep(input)),
    reset: on.reset.handler(({ input }) => transitions.reset(input)),
  })
}

function trackPageRouter({ trackPage }: Rooms) {
  const on = guarded.trackPage
  return on.router({
    inspect: on.inspect.handler(({ input }) => trackPage.inspect(input)),
    uses: on.uses.handler(({ input }) => trackPage.uses(input)),
    duplicates: on.duplicates.handler(() => trackPage.duplicates({})),
  })
}

function rightsRouter({ rights }: Rooms) {
  const on = guarded.rights
  return on.router({
    entries: {
      list: on.entries.list.handler(({ input }) => rights.entries.list(input)),
      correct: on.entries.correct.handler(({ input, context }) => rights.entries.correct(input, by(context))),
      trail: on.entries.trail.handler(({ input }) => rights.entries.trail(input)),
      add: on.entries.add.handler(({ input, context }) => rights.entries.add(input, by(context))),
    },
    gaps: {
      list: on.gaps.list.handler(({ input }) => rights.gaps.list(input)),
      fill: on.gaps.fill.handler(({ input, context }) => rights.gaps.fill(input, by(context))),
    },
    summary: on.summary.handler(({ input }) => rights.summary(input)),
    templates: {
      list: on.templates.list.handler(() => rights.templates.list({})),
      create: on.templates.create.handler(({ input }) => rights.templates.create(input)),
      update: on.templates.update.handler(({ input }) => rights.templates.update(input)),
      remove: on.templates.remove.handler(({ input }) => rights.templates.remove(input)),
    },
  })
}

/** @returns the contract, mounted: ready for the RPC and REST handlers */
export const createRouter = (rooms: Rooms) =>
  os.router({
    station: stationRouter(rooms),
    playout: playoutRouter(rooms),
    carts: cartsRouter(rooms),
    rotation: rotationRouter(rooms),
    library: libraryRouter(rooms),
    metadata: metadataRouter(rooms),
    playlists: playlistsRouter(rooms),
    live: liveRouter(rooms),
    outputs: outputsRouter(rooms),
    monitoring: monitoringRouter(rooms),
    access: accessRouter(rooms),
    recorder: recorderRouter(rooms),
    drills: drillsRouter(rooms),
    loudness: loudnessRouter(rooms),
    transitions: transitionsRouter(rooms),
    rights: rightsRouter(rooms),
    trackPage: trackPageRouter(rooms),
  })
export type Router = ReturnType<typeof createRouter>
