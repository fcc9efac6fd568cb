import { testFaults } from './fault-group.js'

testFaults(['toolchain', 'gates'])
