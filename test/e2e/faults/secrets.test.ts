import { testFaults } from './fault-group.js'

testFaults(['secrets'])
