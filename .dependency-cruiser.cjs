// The rules of the house (docs/architecture.md). Each message says why, and what to do instead.
const rooms = 'playout|live|outputs|library|playlists|schedule|announcements|insights|crew|access|monitoring|storage|processes|drills'

// Pure modules that worker threads import by themselves: through the door they would load the whole room into every worker.
const sideDoors = '^src-main/(playout/(program-ring|loudness|output-stage)|monitoring/log|library/(catalogue/fold|track-reader)|storage/(database|transaction)|playlists/rotation-kit)\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'Two modules that need each other are one module, or one of them should be handed in by station/.', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', comment: 'This import leads nowhere: a package is missing from package.json or a file was moved.', from: {}, to: { couldNotResolve: true, pathNot: '\\?modulePath$' } },
    { name: 'contract-is-pure', severity: 'error', comment: 'The contract is read by every side, so it may use zod and @orpc/contract alone: no Node, no DOM, no room.', from: { path: '^src-contract', pathNot: '\\.test\\.ts$' }, to: { pathNot: ['^src-contract', 'node_modules/(zod|@orpc/contract)'] } },
    { name: 'engine-without-electron', severity: 'error', comment: 'The engine runs on servers too. Put what needs Electron into src-main/shell and hand it in.', from: { path: '^src-main', pathNot: '^src-main/(shell/|index\\.ts$)' }, to: { path: '(^|node_modules/)electron(-store|-updater)?(/|$)' } },
    { name: 'rooms-through-doors', severity: 'error', comment: "A room's inside is its own: import the room's index.ts, and add to that door what you need.", from: { path: `^src-main/(${rooms})/` }, to: { path: `^src-main/(${rooms})/.+`, pathNot: [`^src-main/$1/`, `^src-main/(${rooms})/index\\.ts$`, sideDoors] } },
    { name: 'house-through-doors', severity: 'error', comment: "Even station, server and shell use a room's index.ts alone.", from: { path: '^src-main/(station|server|shell|[^/]+\\.ts)' }, to: { path: `^src-main/(${rooms})/.+`, pathNot: [`^src-main/(${rooms})/index\\.ts$`] } },
    { name: 'rooms-know-no-server', severity: 'error', comment: 'Rooms do not know who shows them. Emit an event; the server or the shell listens.', from: { path: `^src-main/(${rooms})/` }, to: { path: '^src-main/(server|shell|station)/' } },
    { name: 'processes-in-processes', severity: 'error', comment: 'Only the supervisor may start a process, so that none is ever orphaned. Use the door of src-main/processes.', from: { path: '^src-main', pathNot: ['^src-main/processes/', '/testing/', '\\.test\\.ts$'] }, to: { path: '^(node:)?child_process$' } },
    { name: 'renderer-knows-the-contract', severity: 'error', comment: 'The screen asks the engine through the contract; it never imports it.', from: { path: '^src-renderer' }, to: { path: '^src-(main|preload)' } },
    { name: 'renderer-without-node', severity: 'error', comment: 'The page runs in a sandbox: no Node and no Electron.', from: { path: '^src-renderer', pathNot: '\\.test\\.tsx?$' }, to: { dependencyTypes: ['core'] } },
    { name: 'preload-is-thin', severity: 'error', comment: 'The preload hands over a port and nothing else.', from: { path: '^src-preload' }, to: { pathNot: ['^src-preload', '^src-contract', '(^|node_modules/)electron(/|$)'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\?modulePath$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '.d.ts'] },
  },
}
