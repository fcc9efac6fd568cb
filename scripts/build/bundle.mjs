// The program as one file. What is imported by name in the sources stays so; what the sources find in folders (kinds,
// commands) becomes a list of lazy imports, made here from the same folders.
import { build } from 'esbuild'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative } from 'node:path'

const root = process.cwd()
const require = createRequire(`${root}/`)

/** Libraries that few runs need: each is in a file of its own, so that no start reads it. */
const apart = [
  '@inquirer/prompts',
  '@nats-io/transport-node',
  '@sigstore/core',
  'execa',
  'ioredis',
  'jose',
  'mqtt',
  'pg',
  'ws',
]

const fileOf = (library) => `libraries/${library.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}.cjs`

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Names stay: error messages and drivers use those of classes.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // In a source tree alone the sandbox compiles programs itself; oclif asks for TypeScript in one, too.
  external: ['esbuild', 'typescript'],
  metafile: true,
}

/** @returns the files that went into the bundles, by their paths */
export async function bundle() {
  const program = await build({
    ...common,
    entryPoints: ['src/cli/program.ts'],
    outfile: 'dist/preflight.cjs',
    format: 'cjs',
    banner: { js: '(function(exports,require,module,__filename,__dirname){' },
    footer: { js: '})' },
    sourcemap: 'external',
    sourcesContent: false,
    // What is apart is required when it is imported.
    supported: { 'dynamic-import': false },
    plugins: [sources({ ...lists(), ...beside }), lean, librariesApart, librariesInAscii],
  })
  if (/[^\0-\x7F]/.test(readFileSync('dist/preflight.cjs', 'utf8')))
    throw new Error('the bundle is not in ASCII, as which it is read')
  const launch = await bundleLaunch()
  const bus = await build({
    ...common,
    entryPoints: ['sandbox/arqonbus/main.ts'],
    outfile: 'dist/sandbox/arqonbus/main.js',
    format: 'esm',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [lean],
  })
  const programs = 'sandbox/stand-ins/programs'
  await build({
    entryPoints: readdirSync(programs)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${programs}/${name}`),
    outdir: `dist/${programs}`,
    format: 'esm',
    target: common.target,
    logLevel: common.logLevel,
  })
  const words = await writeVocabulary()
  const libraries = await Promise.all(apart.map(bundleLibrary))
  return [program, launch, bus, words, ...libraries].flatMap(({ metafile }) => Object.keys(metafile.inputs))
}

const wordLists = `
  import { dictionary as common } from '@zxcvbn-ts/language-common'
  import { dictionary as english } from '@zxcvbn-ts/language-en'
  export const wordLists = () => ({ common, english })`

/** The word lists as a run reads them: indexing them takes a fifth of a second, which each run would pay. */
async function writeVocabulary() {
  const made = await build({
    ...common,
    entryPoints: ['src/secret-strength/words/vocabulary-bytes.ts'],
    outfile: 'dist/vocabulary.cjs',
    format: 'cjs',
    write: false,
    plugins: [sources({ 'src/secret-strength/words/word-lists.ts': wordLists })],
  })
  const module = { exports: {} }
  new Function('module', 'exports', 'require', made.outputFiles[0].text)(module, module.exports, require)
  writeFileSync('dist/words.bin', module.exports.vocabularyBytes())
  return made
}

/**
 * What is loaded before the program.
 *
 * @param pins of the code cache, once there is one
 */
export function bundleLaunch(pins) {
  return build({
    ...common,
    entryPoints: ['src/cli/launch.ts'],
    outfile: 'dist/launch.cjs',
    format: 'cjs',
    plugins: [sources({ 'src/cli/code-cache-pins.ts': `export const codeCachePins = ${JSON.stringify(pins)}` })],
  })
}

/** What is in files of their own: the state of the start, and what is large or needed by other programs. */
const beside = {
  'src/base/files/withdrawn-modes.ts': "export const { keepMode, keptMode } = require('./launch.cjs')",
  'src/cli/code-cache-pins.ts': "export const { codeCachePins } = require('./launch.cjs')",
  'src/base/files/bundle-digest.ts': "export const { bundleDigest } = require('./launch.cjs')",
  'src/secret-strength/words/vocabulary-bytes.ts': `
    export const vocabularyBytes = () => require('node:fs').readFileSync(require('node:path').join(__dirname, 'words.bin'))`,
  'sandbox/stand-ins/postgres-driver.ts': `export const postgresDriver = require('node:path').join(__dirname, '${fileOf('pg')}')`,
}

/** The modules that read folders in the sources, with lists in their place. */
function lists() {
  const kinds = ['checks/probes', 'incidents/collectors', 'reports', 'runbooks/actions']
  const drivers = unitsIn('src/net/drivers').filter((name) => name !== 'known')
  return {
    'src/base/unit-files.ts': `
      const folders = {${kinds.map((folder) => `${JSON.stringify(folder)}: ${lazily(`src/${folder}`, '../')}`).join(',')}}
      export const unitFiles = (folder) => folders[folder]`,
    'src/net/driver-modules.ts': `
      ${drivers.map((name, index) => `import * as driver${index} from './drivers/${name}.ts'`).join('\n')}
      export const driverModules = new Map([${drivers.map((name, index) => `[${JSON.stringify(name)}, driver${index}]`).join(',')}])`,
    'src/cli/built-commands.ts': `
      export const builtCommands = {${commandFiles()
        .map((path) => `${JSON.stringify(path.replaceAll('/', ':'))}: () => import('../../commands/${path}.ts')`)
        .join(',')}}`,
  }
}

function lazily(folder, up) {
  const place = `${up}${folder.slice('src/'.length)}`
  return `new Map([${unitsIn(folder)
    .map((name) => `[${JSON.stringify(name)}, () => import('${place}/${name}.ts')]`)
    .join(',')}])`
}

/** As `src/base/unit-files.ts` finds them. */
function unitsIn(folder) {
  return readdirSync(folder)
    .filter((file) => /^[a-z][a-z0-9.-]*\.ts$/.test(file))
    .sort()
    .map((file) => file.slice(0, -'.ts'.length))
}

function commandFiles() {
  return readdirSync('commands', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => file.slice(0, -'.ts'.length))
}

/** Puts lists in the place of modules, and says of every other one where its file would be, beside which its assets lie. */
function sources(replaced) {
  return {
    name: 'sources',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\/launch\.cjs$/ }, ({ path }) => ({ path, external: true }))
      onLoad({ filter: /\/(src|sandbox)\/.*\.ts$/ }, ({ path }) => {
        const name = relative(root, path)
        if (Object.hasOwn(replaced, name)) return { contents: replaced[name], loader: 'ts' }
        return { contents: inAscii(placed(readFileSync(path, 'utf8'), name)), loader: 'ts' }
      })
    },
  }
}

function placed(contents, name) {
  const path = `require('node:path').join(__dirname, ${JSON.stringify(name.replace(/\.ts$/, '.js'))})`
  return contents
    .replaceAll('import.meta.url', `require('node:url').pathToFileURL(${path}).href`)
    .replaceAll('import.meta.filename', path)
    .replaceAll('import.meta.dirname', `require('node:path').dirname(${path})`)
}

/**
 * The same program in ASCII, as which it is read: esbuild leaves patterns and tagged templates as they are. Every other
 * character becomes its escape, or the two of its surrogates. Behind a backslash, and in a raw template, that escape
 * would be another text.
 */
function inAscii(text) {
  const unfit = /\\[^\0-\x7F]|String\.raw`[^`]*[^\0-\x7F`]/.exec(text)?.[0]
  if (unfit !== undefined) throw new Error(`this cannot be written in ASCII: ${unfit}`)
  return text.replaceAll(/[^\0-\x7F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const librariesInAscii = {
  name: 'libraries-in-ascii',
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/.*\.[cm]?js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
      return /[^\0-\x7F]/.test(contents) ? { contents: inAscii(contents) } : undefined
    })
  },
}

const librariesApart = {
  name: 'libraries-apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^(?:${apart.join('|')})$`) }, ({ path }) => ({
      path: `./${fileOf(path)}`,
      external: true,
    }))
  },
}

function bundleLibrary(library) {
  return build({
    ...common,
    stdin: { contents: `module.exports = require('${library}')`, resolveDir: root },
    outfile: `dist/${fileOf(library)}`,
    format: 'cjs',
    plugins: [lean],
  })
}

/** Leaves out what libraries bring along for others: zod's messages in fifty languages, and oclif's own start. */
const lean = {
  name: 'lean',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/zod/') ? { path: 'zod-locales', namespace: 'lean' } : undefined,
    )
    onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: 'oclif', namespace: 'lean' }))
    onResolve({ filter: /^(?:lilconfig|minimatch|tinyglobby)$/ }, ({ path, importer }) =>
      importer.includes('/node_modules/@oclif/core/') ? { path, namespace: 'lean' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'lean' }, ({ path }) => ({ contents: inPlaceOf[path], resolveDir: root }))
    onLoad({ filter: /\/node_modules\/string-width\/index\.js$/ }, ({ path }) => ({
      contents: inAscii(withLatePatterns(readFileSync(path, 'utf8'))),
    }))
  },
}

/**
 * V8 lists every character that such a pattern names when it meets it, which for emoji takes longer than all else that
 * is loaded: these are made when a character first needs them, which ordinary reports do not.
 */
function withLatePatterns(text) {
  if (!text.includes('RGI_Emoji}$/')) return text
  return lateConstants.reduce((before, name) => {
    const after = before.replace(
      new RegExp(`^const ${name} = (.*);$`, 'm'),
      (_, made) => `let made_${name};const ${name} = () => (made_${name} ??= ${made});`,
    )
    if (after === before) throw new Error(`string-width has changed: look at what its ${name} costs`)
    const [head, ...uses] = after.split(new RegExp(`\\b${name}\\b(?! = )`))
    return [head, ...uses].join(`${name}()`)
  }, text)
}

const lateConstants = [
  'segmenter',
  'visibleCharacterRegex',
  'spacingMarkRegex',
  'rgiEmojiRegex',
  'extendedPictographicRegex',
]

/** What oclif needs for plugins, which are not looked for, is evaluated when it is called. */
const whenCalled = (library, name) => `exports.${name} = (...given) => require('${library}').${name}(...given)`

const inPlaceOf = {
  lilconfig: whenCalled('lilconfig', 'lilconfig'),
  minimatch: whenCalled('minimatch', 'minimatch'),
  tinyglobby: whenCalled('tinyglobby', 'glob'),
  'zod-locales': 'export {}',
  oclif: `
    export * as Args from '@oclif/core/args'
    export * as Errors from '@oclif/core/errors'
    export * as Flags from '@oclif/core/flags'
    export { Command } from '@oclif/core/command'
    export { Config } from '@oclif/core/config'
    export { run } from '@oclif/core/run'`,
}
