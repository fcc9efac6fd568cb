// Compiles the sources into dist/. The folder is emptied first, so that a deleted command cannot live on in it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (compiled.status !== 0) process.exit(compiled.status ?? 1)

// What is read beside the code: stand-in programs, SQL and key files of the sandbox, style and script of the HTML report.
const assets = ['sandbox', 'src/reports/html/assets']
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts') && !entry.name.endsWith('.md'))
for (const asset of assets) cpSync(`${asset.parentPath}/${asset.name}`, `dist/${asset.parentPath}/${asset.name}`)
if (!existsSync('dist/src/cli/start.js')) {
  console.error('the build is incomplete: dist/src/cli/start.js is missing')
  process.exit(1)
}

await writeCommandManifest()

/**
 * Lists the commands beside them, so that a start need not load them all to learn which there are. The list counts only
 * while what it was made from is unchanged.
 */
async function writeCommandManifest() {
  const { Plugin } = await import('@oclif/core')
  const { digestOfCommands, commandManifestName } = await import('../dist/src/cli/command-manifest.js')
  const { oclif, ...own } = JSON.parse(readFileSync('package.json', 'utf8'))
  const plugin = new Plugin({
    root: `${process.cwd()}/dist`,
    pjson: { ...own, oclif: { ...oclif, commands: './commands' } },
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
  })
  await plugin.load()
  writeFileSync(`dist/${commandManifestName}`, JSON.stringify({ ...plugin.manifest, digest: digestOfCommands('.') }))
}
