# SPDX-License-Identifier: Apache-2.0
"""As much of JSON Schema 2020-12 as our schemas use; anything else in a schema is an error."""
KNOWN = {"$schema", "$id", "title", "description", "type", "properties", "required", "items",
         "additionalProperties", "enum", "const", "minimum", "maximum"}
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool)
    or isinstance(value, float) and value.is_integer(),
}


def problems(schema, value, place="record"):
    unknown = set(schema) - KNOWN
    assert not unknown, f"{place}: this validator does not know {unknown}"
    found = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[name](value) for name in types):
        return [f"{place}: {value!r:.60} is not {types}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{place}: {value!r} is not {schema['const']!r}")
    if TYPES["number"](value):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append(f"{place}: {value} is out of range")
    if isinstance(value, dict):
        found += [f"{place}.{name} is missing" for name in schema.get("required", [])
                  if name not in value]
        properties = schema.get("properties", {})
        for name, member in value.items():
            rest = schema.get("additionalProperties", {})
            found += problems(properties.get(name, rest), member, f"{place}.{name}")
    if isinstance(value, list):
        for at, element in enumerate(value):
            found += problems(schema.get("items", {}), element, f"{place}[{at}]")
    return found
