// Writes npm-shrinkwrap.json, which npm heeds when it installs the package from a registry: the lock without what is
// for developing alone.
// Made when the package is packed and removed afterwards: in a checkout npm would take it for the lock. Refuses to pack
// other versions of
// packages than the lock names, since those are what was tested.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const root = { ...lock.packages[''], devDependencies: undefined }
const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
const other = shipped.filter(([path, { version, optional }]) =>
  existsSync(`${path}/package.json`)
    ? JSON.parse(readFileSync(`${path}/package.json`, 'utf8')).version !== version
    : optional !== true,
)
if (other.length > 0) {
  console.error(
    `refusing to pack: node_modules has not the versions of package-lock.json: ${other.map(([path]) => path).join(', ')}\nRun \`npm ci\` first.`,
  )
  process.exit(1)
}
writeFileSync(
  'npm-shrinkwrap.json',
  `${JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(shipped) } }, undefined, 2)}\n`,
)
