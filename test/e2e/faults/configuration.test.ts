import { testFaults } from './fault-group.js'

testFaults(['configuration', 'secrets'])
