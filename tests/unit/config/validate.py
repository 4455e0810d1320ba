"""Holds a schema against documents of which taubar's reader has said whether it accepts them.

usage: validate.py SCHEMA CASES    prints each disagreement; exit code 1 if there is any
       validate.py --available     exit code 0 if a validator for JSON Schema 2020-12 is installed
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(3)


def main():
    if sys.argv[1] == "--available":
        return 0
    with open(sys.argv[1]) as file:
        schema = json.load(file)
    with open(sys.argv[2]) as file:
        cases = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    disagreements = 0
    for case in cases:
        valid = validator.is_valid(case["document"])
        if valid == case["accepted"] or (valid and case["beyond"]):
            continue
        disagreements += 1
        reason = "" if valid else next(validator.iter_errors(case["document"])).message
        print("reader accepts:", case["accepted"], "schema accepts:", valid, reason, json.dumps(case["document"]))
    accepted = sum(case["accepted"] for case in cases)
    print(len(cases), "documents,", accepted, "accepted,", disagreements, "disagreements")
    # Too few on either side would make the agreement empty.
    return 0 if disagreements == 0 and accepted > 50 and len(cases) - accepted > 50 else 1


sys.exit(main())
