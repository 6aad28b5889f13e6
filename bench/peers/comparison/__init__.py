"""Parley beside other servers, driven by parley-load: what bench/peers/run is made of."""
