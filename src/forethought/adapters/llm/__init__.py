"""Language models, by Microsoft AutoGen over HTTP. Nothing on the path of an answer imports `autogen` or `errors`."""
