// Compiles the sources into dist/. The folder is emptied first, so that a deleted command cannot live on in it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'

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
