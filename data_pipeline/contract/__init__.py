"""The HTTP contract as frozen structs: they are the engine's arguments and results.

Names are fixed; fields may be added, never renamed. Replies leave no field out.
"""
