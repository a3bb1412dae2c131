// The control plane as one Hono application. The desktop calls it in the process, a browser over HTTP.
import { type ErrorCode, errorStatus, StationError } from '@contract/errors'
import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { rateLimiter } from 'hono-rate-limiter'
import type { Log } from '../monitoring'
import { addAuthRoutes } from './auth-routes'
import { type AppEnv, type CallContext, identify, type ServerDeps, type StudioApp, sessionCookie } from './context'
import { createGate } from './guard'
import { contentSecurityPolicy, securityHeaders } from './headers'
import { addJoinRoutes } from './join-routes'
import { addMediaRoutes } from './media-routes'
import { addMetadataRoutes } from './metadata-routes'
import { createOpenApi } from './openapi'
import { addPlaylistRoutes } from './playlist-routes'
import { addRehearsalRoutes } from './rehearsal-routes'
import { addReportRoutes } from './report-routes'
import type { Router } from './router'
import { errorBody, restError, tellErrors, toRpcError } from './rpc-errors'
import { readStaticFiles, serveStatic } from './static-files'

const maxBodyBytes = 1024 * 1024
const requestsPerWindow = 1200
const windowMs = 10_000

const respond = (error: StationError) => {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  const retryAfter = error.details?.['retryAfterSeconds']
  if (error.code === 'rate_limited' || error.code === 'unavailable')
    headers['retry-after'] = String(Math.ceil(Number(retryAfter ?? 5)))
  return new Response(JSON.stringify(errorBody(error.code, error.message, error.details)), {
    status: error.status,
    headers,
  })
}

/** Answers for whatever a route threw. */
export function answerError(error: unknown, log: Log): Response {
  if (error instanceof StationError) return respond(error)
  const told = toRpcError(error, log)
  return respond(new StationError((told.code in errorStatus ? told.code : 'internal') as ErrorCode, told.message))
}

function addGuards(app: StudioApp, deps: ServerDeps) {
  const gate = createGate(deps.hostNames)
  app.use(async (c, next) => {
    const started = performance.now()
    c.set('address', c.env?.incoming?.socket?.remoteAddress ?? 'desktop')
    if (!c.env?.desktop) {
      const refusal = gate.refuses({ host: c.req.header('host'), origin: c.req.header('origin') })
      if (refusal) throw new StationError('forbidden', refusal)
    }
    c.set(
      'who',
      c.env?.desktop ??
        identify(deps, { authorization: c.req.header('authorization'), session: getCookie(c, sessionCookie) }),
    )
    await next()
    for (const [name, value] of Object.entries(securityHeaders)) c.res.headers.set(name, value)
    c.res.headers.set('Content-Security-Policy', contentSecurityPolicy(deps.listenOrigins()))
    if (c.req.path.startsWith('/api/') && !c.res.headers.has('cache-control'))
      c.res.headers.set('Cache-Control', 'no-store')
    deps.observeRequest(c.req.method, c.res.status, performance.now() - started)
  })
  app.use(
    '/api/*',
    rateLimiter<AppEnv>({
      windowMs,
      limit: requestsPerWindow,
      standardHeaders: 'draft-7',
      keyGenerator: (c) => c.get('address'),
      skip: (c) => Boolean(c.env?.desktop),
      handler: () =>
        respond(
          new StationError('rate_limited', 'Too many requests; wait a little.', { retryAfterSeconds: windowMs / 1000 }),
        ),
    }),
  )
}

function addRest(app: StudioApp, deps: ServerDeps, router: Router) {
  const rest = new OpenAPIHandler<CallContext>(router, {
    clientInterceptors: tellErrors(deps.log),
    customErrorResponseBodyEncoder: restError,
  })
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () =>
      respond(
        new StationError(
          'too_large',
          'The body of a request may have at most 1 MB; tracks are uploaded as multipart or in chunks.',
        ),
      ),
  })
  app.use('/api/*', limit, async (c, next) => {
    const { matched, response } = await rest.handle(c.req.raw, {
      context: { who: c.get('who'), noteChange: deps.noteChange },
    })
    if (!matched) return next()
    const retryable = response.status === 429 || response.status === 503
    if (retryable && !response.headers.has('retry-after')) response.headers.set('retry-after', '5')
    return c.newResponse(response.body, response)
  })
}

/** Built pages name their scripts relative to themselves, so those of /api/docs are asked for below /api. */
function pagePath(path: string): string {
  if (path === '/') return '/index.html'
  if (path === '/api/docs') return '/api-docs.html'
  return path.startsWith('/api/assets/') ? path.slice('/api'.length) : path
}

function addPages(app: StudioApp, deps: ServerDeps, router: Router) {
  const files = readStaticFiles(deps.rendererDir)
  const openApi = createOpenApi(router, deps.version)
  app.get('/health', async (c) => {
    const health = await deps.rooms.monitoring.health({})
    return c.json(health, health.status === 'down' ? 503 : 200)
  })
  app.get('/metrics', async (c) => {
    if (!c.get('who')) throw new StationError('unauthorised', 'Sign in first, or send an API key.')
    const { contentType, text } = await deps.prometheus()
    return c.body(text, 200, { 'content-type': contentType })
  })
  app.get('/api/openapi.json', async (c) => c.json(await openApi()))
  app.on(['GET', 'HEAD'], '*', (c, next) => {
    const path = pagePath(c.req.path)
    const found = serveStatic(files, path, c.req.header('accept-encoding') ?? '')
    if (found) return Promise.resolve(found)
    if (c.req.path === '/') return Promise.resolve(c.text('The studio is not built yet: run npm run build.', 503))
    return next()
  })
}

/**
 * @returns the whole control plane but the WebSocket. `fetch(request, { desktop: me })` calls it as the desktop window.
 */
export function createHttpApp(deps: ServerDeps, router: Router): StudioApp {
  const app: StudioApp = new Hono<AppEnv>()
  app.onError((error) => answerError(error, deps.log))
  app.notFound((c) =>
    c.json(errorBody('not_found', `There is nothing at ${c.req.path}.`), errorStatus.not_found as ContentfulStatusCode),
  )
  addGuards(app, deps)
  addAuthRoutes(app, deps)
  addMediaRoutes(app, deps)
  addMetadataRoutes(app, deps)
  addRehearsalRoutes(app, deps)
  addReportRoutes(app, deps)
  addJoinRoutes(app, deps)
  addPlaylistRoutes(app, deps)
  addRest(app, deps, router)
  addPages(app, deps, router)
  return app
}
