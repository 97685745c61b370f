"""What tests of leadcore and of its adapters share: strategies, laws, contracts, a reference store."""
