"""The portal under test as a WSGI application; the variable CKAN_INI says where its configuration lies."""

import os

from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

application = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
